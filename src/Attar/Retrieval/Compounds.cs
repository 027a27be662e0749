using Attar.Data;

namespace Attar.Retrieval;

/// <summary>
/// Words that are written together of others, as «Wanderschuhe» of «Schuhe», taken apart by the words that the catalogue has alone.
/// A part that stands last must be such a word; what stands before it may be unknown, if it is long enough to be no prefix.
/// </summary>
/// <remarks>Terms are folded and stemmed, so that an inflected whole ends as its last part does.</remarks>
sealed class Compounds(Func<string, bool> isWord, Stemmer stemmer)
{
    const int Whole = 7, Known = 3, Alone = 4; // letters of a compound, of a part beside a known one, of one beside an unknown one

    static readonly string[] languages = ["de", "nl", "sv", "da", "no", "fi"];
    static readonly string[] links = ["", "s", "es", "n", "en", "er", "e"]; // Arbeit-s-hose, Blume-n-topf

    /// <summary>Whether a language writes compounds as one word.</summary>
    public static bool In(TextLanguage language) => languages.Contains(language.Code);

    /// <summary>The parts of a term, those of its parts too; none of one that is whole.</summary>
    public IReadOnlyList<string> Of(string term)
    {
        var parts = new List<string>();
        Split(term, parts);
        return parts;
    }

    void Split(string term, List<string> parts)
    {
        if (term.Length < Whole || !term.All(char.IsAsciiLetter)) return;
        string? last = null;
        for (int at = Known; at <= term.Length - Known; at++) // the longest last part first
        {
            if (!isWord(term[at..])) continue;
            if (First(term[..at]) is { } first)
            {
                Add(first, parts);
                Add(term[at..], parts);
                return;
            }
            if (at >= Alone && term.Length - at >= Alone) last ??= term[at..];
        }
        if (last is not null) Add(last, parts);
    }

    void Add(string part, List<string> parts)
    {
        parts.Add(part);
        Split(part, parts);
    }

    /// <summary>The word that a first part is, without the letters that join it to the last.</summary>
    string? First(string part)
    {
        foreach (string link in links)
        {
            if (!part.EndsWith(link, StringComparison.Ordinal) || part.Length - link.Length < Known) continue;
            string bare = part[..^link.Length];
            if (isWord(bare)) return bare;
            if (stemmer.Stem(bare) is var stem && stem.Length >= Known && isWord(stem)) return stem;
        }
        return null;
    }
}
