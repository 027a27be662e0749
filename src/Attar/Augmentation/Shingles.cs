using Attar.Augmentation.Sources;

namespace Attar.Augmentation;

/// <summary>Texts as sets, so that likeness is the share of what two have in common (Jaccard). Sets are sorted hashes.</summary>
static class Shingles
{
    /// <summary>Of a long text its words, as <see cref="QueryKey"/> cuts them.</summary>
    public static uint[] Words(string text) => Set(QueryKey.Of(text).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Of a short text all runs of three letters of its words, ends marked: a misspelling changes few of them, the order of words none.</summary>
    public static uint[] Letters(string text) => Set(QueryKey.Of(text).Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => $" {word} ").SelectMany(word => Enumerable.Range(0, word.Length - 2).Select(at => word.Substring(at, 3))));

    /// <summary>Size of the intersection over size of the union; 0 for two empty sets.</summary>
    public static double Jaccard(uint[] a, uint[] b)
    {
        int common = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j]) common++;
            (i, j) = (a[i] <= b[j] ? i + 1 : i, b[j] <= a[i] ? j + 1 : j);
        }
        return common == 0 ? 0 : (double)common / (a.Length + b.Length - common);
    }

    static uint[] Set(IEnumerable<string> parts) => [.. parts.Select(Hash).Distinct().Order()];

    /// <summary>FNV-1a, the same on every machine.</summary>
    static uint Hash(string part)
    {
        uint hash = 2166136261;
        foreach (char c in part) hash = (hash ^ c) * 16777619;
        return hash;
    }
}
