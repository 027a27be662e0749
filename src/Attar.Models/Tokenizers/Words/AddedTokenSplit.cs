using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers.Words;

/// <summary>Finds added tokens: from the left, the longest that begins at a place.</summary>
sealed class AddedTokenSplit : Splitter
{
    readonly Dictionary<char, (string Text, AddedToken Token)[]> byFirst;
    readonly SearchValues<char> firsts;
    readonly bool specialAsText;

    /// <param name="tokens">With the text to look for, which is the normalized content for tokens that are looked for in normalized text.</param>
    /// <param name="specialAsText">Text that spells a special token stays text.</param>
    public AddedTokenSplit(IEnumerable<(string Text, AddedToken Token)> tokens, bool specialAsText)
    {
        byFirst = tokens.Where(token => token.Text.Length > 0).GroupBy(token => token.Text[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Text.Length).ToArray());
        firsts = SearchValues.Create([.. byFirst.Keys]);
        this.specialAsText = specialAsText;
    }

    /// <summary>False when there is nothing to look for.</summary>
    public bool Any => byFirst.Count > 0;

    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        int done = 0;
        for (int at = 0; at < piece.Length;)
        {
            int found = piece[at..].IndexOfAny(firsts);
            if (found < 0) break;
            at += found;
            if (!TryFind(piece, at, out string? text, out AddedToken? token))
            {
                at++;
                continue;
            }
            int from = at, to = at += text.Length;
            if ((token.Special && specialAsText) || (token.SingleWord && !StandsAlone(piece, from, to))) continue;
            if (token.StripLeft) from = Math.Max(done, piece[..from].TrimEnd().Length);
            if (token.StripRight) to = WhiteSpace.EndOfRun(piece, to);
            output.Cut(start + done, start + from);
            output.Cut(start + from, start + to, token.Id);
            done = to;
            at = Math.Max(at, to);
        }
        output.Cut(start + done, start + piece.Length);
    }

    bool TryFind(ReadOnlySpan<char> piece, int at, [NotNullWhen(true)] out string? text, [NotNullWhen(true)] out AddedToken? token)
    {
        foreach (var candidate in byFirst[piece[at]])
        {
            (text, token) = candidate;
            if (piece[at..].StartsWith(text, StringComparison.Ordinal)) return true;
        }
        (text, token) = (null, null);
        return false;
    }

    static bool StandsAlone(ReadOnlySpan<char> piece, int from, int to)
    {
        bool before = Rune.DecodeLastFromUtf16(piece[..from], out Rune left, out _) == OperationStatus.Done && WordCharacters.Contains(left);
        bool behind = Rune.DecodeFromUtf16(piece[to..], out Rune right, out _) == OperationStatus.Done && WordCharacters.Contains(right);
        return !before && !behind;
    }
}
