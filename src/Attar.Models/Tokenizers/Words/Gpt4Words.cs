using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>
/// The words of GPT-4 and those after it (Llama-3: up to three digits a word, Qwen2: one) without a regular expression: any one character may
/// lead letters, punctuation takes the line ends behind it, and white space ends at its last line end.
/// </summary>
/// <param name="digits">Most digits of a word.</param>
sealed class Gpt4Words(int digits) : Splitter
{
    const string Before = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|", After = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string Qwen2Pattern = Before + @"\p{N}" + After;
    public const string Llama3Pattern = Before + @"\p{N}{1,3}" + After;

    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        for (int from = 0; from < piece.Length;)
        {
            int to = EndOfWord(piece, from);
            output.Cut(start + from, start + to);
            from = to;
        }
    }

    int EndOfWord(ReadOnlySpan<char> text, int from)
    {
        if (text[from] == '\'' && Contraction.Length(text[from..], ignoreCase: true) is > 0 and var length) return from + length;
        int next = from;
        CharClass first = CharClasses.Read(text, ref next);
        if (first == CharClass.Letter) return CharClasses.EndOfRun(text, next, first);
        if (first == CharClass.Number) return EndOfNumber(text, next);

        int behind = next;
        CharClass second = next < text.Length ? CharClasses.Read(text, ref behind) : CharClass.NewLine;
        if (second == CharClass.Letter && first != CharClass.NewLine) return CharClasses.EndOfRun(text, behind, second);
        if (first == CharClass.Other) return EndOfPunctuation(text, next);
        if (second == CharClass.Other && text[from] == ' ') return EndOfPunctuation(text, behind);

        int end = WhiteSpace.EndOfRun(text, from);
        int lineEnd = text[from..end].LastIndexOfAny('\r', '\n');
        return lineEnd >= 0 ? from + lineEnd + 1 : WhiteSpace.EndOfWord(text, from);
    }

    int EndOfNumber(ReadOnlySpan<char> text, int position)
    {
        for (int count = 1; count < digits && position < text.Length; count++)
        {
            int next = position;
            if (CharClasses.Read(text, ref next) != CharClass.Number) break;
            position = next;
        }
        return position;
    }

    static int EndOfPunctuation(ReadOnlySpan<char> text, int position)
    {
        position = CharClasses.EndOfRun(text, position, CharClass.Other);
        while (position < text.Length && text[position] is '\r' or '\n') position++;
        return position;
    }
}
