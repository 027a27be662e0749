using System.Text;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Unicode;

namespace Attar.Models.Tokenizers.Normalizers;

/// <summary>The steps of BERT's basic tokenizer before it splits (google-research/bert, tokenization.py).</summary>
static class Bert
{
    public static ITextStep Normalizer(bool cleanText, bool spaceIdeographs, bool stripAccents, bool lowercase)
    {
        var steps = new List<ITextStep>();
        if (cleanText) steps.Add(new CleanText());
        if (spaceIdeographs) steps.Add(new SpacedIdeographs());
        if (stripAccents) steps.AddRange([UnicodeForm.Nfd, new Removal(Unicode8.IsNonSpacingMark)]);
        if (lowercase) steps.Add(new Lowercase());
        return new StepSequence(steps);
    }
}

/// <summary>Leaves out control characters, and makes all white space spaces.</summary>
sealed class CleanText : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece) => !piece.ContainsAnyExceptInRange(' ', '~');

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        foreach (Rune rune in piece.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r') output.Replace(' ');
            else if (rune.Value == 0xFFFD || Unicode8.IsOther(rune)) output.Skip();
            else if (Rune.IsWhiteSpace(rune)) output.Replace(' ');
            else output.Replace(rune);
        }
    }
}

/// <summary>Chinese characters stand alone.</summary>
sealed class SpacedIdeographs : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece)
    {
        int first = piece.IndexOfAnyInRange('\u3400', '\uFAFF'); // surrogates among them
        if (first < 0) return true;
        foreach (Rune rune in piece[first..].EnumerateRunes())
            if (IsIdeograph(rune.Value)) return false;
        return true;
    }

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        foreach (Rune rune in piece.EnumerateRunes())
        {
            if (!IsIdeograph(rune.Value))
            {
                output.Keep(rune.Utf16SequenceLength);
                continue;
            }
            output.Prepend(' ');
            output.Keep(rune.Utf16SequenceLength);
            output.Insert(' ');
        }
    }

    static bool IsIdeograph(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}
