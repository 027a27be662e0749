namespace Attar.Retrieval;

/// <summary>How much of a query a text spells: of the distinct pairs and threes of characters in the query's words, edges of words included, the share that the text's words have too.</summary>
/// <remarks>Misspelt, inflected and compounded words count by what is left of them, where a search engine's score has all or nothing.</remarks>
public sealed class SpelledShare(string query)
{
    readonly HashSet<ulong> wanted = Grams(query);

    /// <summary>In [0, 1]; 0 where the query has no letters.</summary>
    public float Of(string text)
    {
        if (wanted.Count == 0) return 0;
        HashSet<ulong> there = Grams(text);
        return (float)wanted.Count(there.Contains) / wanted.Count;
    }

    /// <summary>Characters that are no letters or digits end a word; an edge is 0.</summary>
    static HashSet<ulong> Grams(string text)
    {
        HashSet<ulong> grams = [];
        ulong before = 0, last = 0; // the two characters behind this one
        foreach (char c in text)
        {
            ulong next = char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : 0u;
            Add(next);
            (before, last) = (last, next);
        }
        Add(0);
        return grams;

        void Add(ulong next)
        {
            if (last == 0 && next == 0) return;
            grams.Add(1ul << 48 | last << 16 | next);
            if (last != 0) grams.Add(before << 32 | last << 16 | next);
        }
    }
}
