using System.Text.RegularExpressions;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>Splits by a pattern for which there is no scanner of its own.</summary>
/// <param name="pattern">From <see cref="Oniguruma.Translate"/> or a literal.</param>
/// <param name="invert">The matches are the words and what lies between them the delimiters.</param>
sealed class RegexSplit(Regex pattern, SplitBehavior behavior, bool invert) : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        var stretches = new List<Stretch>();
        using var text = new BmpText(piece);
        int end = 0;
        foreach (ValueMatch match in pattern.EnumerateMatches(text.Span))
        {
            if (match.Length == 0) continue;
            if (end < match.Index) stretches.Add(new Stretch(text.PositionOf(end), text.PositionOf(match.Index), invert));
            end = match.Index + match.Length;
            stretches.Add(new Stretch(text.PositionOf(match.Index), text.PositionOf(end), !invert));
        }
        if (end < text.Span.Length) stretches.Add(new Stretch(text.PositionOf(end), piece.Length, invert));
        behavior.Cut(stretches, start, output);
    }
}
