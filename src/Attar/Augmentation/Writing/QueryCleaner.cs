using Attar.Augmentation.Sources;

namespace Attar.Augmentation.Writing;

/// <summary>Takes what a model wrote for a query as a shopper would have typed it, or says why not.</summary>
/// <param name="refuse">Why a clean query may not stay, such as <c>leaked</c>; null where it may, and then it never may again.</param>
sealed class QueryCleaner(Func<string, string?> refuse)
{
    const int MostWords = 10, MostCharacters = 80; // longer ones are titles and sentences
    static readonly char[] around = [' ', '"', '\'', '`', '“', '”', '‘', '’', '«', '»', '*', '-', '•', '.', ',', ';', ':', '!', '?'];

    readonly SortedDictionary<string, int> dropped = new(StringComparer.Ordinal);

    /// <summary>How many were dropped, by reason.</summary>
    public IReadOnlyDictionary<string, int> Dropped => dropped;

    /// <summary>The query, or null when it is dropped.</summary>
    public string? Keep(string written)
    {
        string query = Clean(written);
        string? reason = QueryKey.Of(query).Length == 0 ? "empty" : query.Length > MostCharacters || query.Count(c => c == ' ') >= MostWords ? "too-long" : refuse(query);
        if (reason is null) return query;
        dropped[reason] = dropped.GetValueOrDefault(reason) + 1;
        return null;
    }

    /// <summary>Without line breaks, double spaces, quotes, a number or dot of a list in front, and marks at the end; an inch mark behind a digit stays.</summary>
    internal static string Clean(string written)
    {
        string text = string.Join(' ', string.Concat(written.Select(c => char.IsControl(c) || char.IsWhiteSpace(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is 1 or 2 && text.Length > digits + 1 && text[digits] is '.' or ')' && text[digits + 1] == ' ') text = text[(digits + 2)..];
        string bare = text.Trim(around);
        bool inches = bare.Length > 0 && char.IsAsciiDigit(bare[^1]) && text.IndexOf(bare, StringComparison.Ordinal) + bare.Length is var end && end < text.Length && text[end] == '"' && text.Count(c => c == '"') % 2 == 1;
        return inches ? bare + '"' : bare;
    }
}
