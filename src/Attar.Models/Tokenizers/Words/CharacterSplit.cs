using System.Text;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>Splits at every character that a rule names.</summary>
sealed class CharacterSplit(Func<Rune, bool> isDelimiter, SplitBehavior behavior) : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        var found = new List<Stretch>();
        int from = 0, position = 0;
        foreach (Rune rune in piece.EnumerateRunes())
        {
            int end = position + rune.Utf16SequenceLength;
            if (isDelimiter(rune))
            {
                if (from < position) found.Add(new Stretch(from, position, false));
                found.Add(new Stretch(position, end, true));
                from = end;
            }
            position = end;
        }
        if (from < position) found.Add(new Stretch(from, position, false));
        behavior.Cut(found, start, output);
    }
}
