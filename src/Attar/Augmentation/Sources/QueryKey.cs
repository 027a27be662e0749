using System.Text;

namespace Attar.Augmentation.Sources;

/// <summary>What makes two queries the same: their letters and digits, whatever the case, spacing and punctuation.</summary>
public static class QueryKey
{
    /// <summary><c>"Cordless-Drill, 18V "</c> and <c>"cordless drill 18v"</c> have one key.</summary>
    public static string Of(string query)
    {
        var key = new StringBuilder();
        foreach (char c in query.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c)) key.Append(c);
            else if (key.Length > 0 && key[^1] != ' ') key.Append(' ');
        }
        return key.ToString().TrimEnd();
    }

    /// <summary>64 bits of the key, for sets of millions: two keys that meet by chance cost one query, never let one through.</summary>
    public static ulong HashOf(string query)
    {
        ulong hash = 14695981039346656037; // FNV-1a
        foreach (char c in Of(query)) hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
