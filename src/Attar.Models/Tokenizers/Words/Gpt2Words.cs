using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>
/// GPT-2's words without a regular expression: contractions, then runs of letters, of digits or of anything else, each with one space
/// before it, then white space. (Radford et al. 2019, "Language models are unsupervised multitask learners", encoder.py.)
/// </summary>
sealed class Gpt2Words : Splitter
{
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        for (int from = 0; from < piece.Length;)
        {
            int to = EndOfWord(piece, from);
            output.Cut(start + from, start + to);
            from = to;
        }
    }

    static int EndOfWord(ReadOnlySpan<char> text, int from)
    {
        if (text[from] == '\'' && Contraction.Length(text[from..], ignoreCase: false) is > 0 and var length) return from + length;
        int next = from;
        CharClass first = CharClasses.Read(text, ref next);
        if (text[from] == ' ' && next < text.Length) // the space goes with the word behind it
        {
            int behind = next;
            CharClass second = CharClasses.Read(text, ref behind);
            if (second is CharClass.Letter or CharClass.Number or CharClass.Other) return CharClasses.EndOfRun(text, behind, second);
        }
        return first is CharClass.Space or CharClass.NewLine ? WhiteSpace.EndOfWord(text, from) : CharClasses.EndOfRun(text, next, first);
    }
}
