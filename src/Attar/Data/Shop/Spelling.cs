namespace Attar.Data.Shop;

/// <summary>How words are written: capitals in titles, plurals and slips of the finger in queries.</summary>
static class Spelling
{
    static readonly HashSet<string> small = ["for", "of", "by", "with", "and", "the", "in"];

    public static string Title(string text) => string.Join(' ', text.Split(' ').Select(word =>
    {
        int first = word.StartsWith('(') ? 1 : 0;
        return word.Length <= first || small.Contains(word) ? word : word[..first] + char.ToUpperInvariant(word[first]) + word[(first + 1)..];
    }));

    public static string Plural(string noun) =>
        noun.EndsWith('s') ? noun
        : noun.EndsWith("ch") || noun.EndsWith("sh") || noun.EndsWith('x') ? noun + "es"
        : noun.EndsWith("fe") ? noun[..^2] + "ves"
        : noun.EndsWith("lf") ? noun[..^1] + "ves"
        : noun.EndsWith('y') && !"aeiou".Contains(noun[^2]) ? noun[..^1] + "ies"
        : noun + "s";

    /// <summary>One slip in one word of five letters or more: two letters swapped, one left out, doubled or hit beside.</summary>
    public static string Misspelt(string text, Random random)
    {
        string[] words = text.Split(' ');
        int[] longOnes = [.. Enumerable.Range(0, words.Length).Where(index => words[index].Length >= 5 && words[index].All(char.IsAsciiLetter))];
        if (longOnes.Length == 0) return text;
        int chosen = random.Pick(longOnes);
        string word = words[chosen];
        int at = random.Next(1, word.Length - 1); // people get the first letter right
        words[chosen] = random.Next(4) switch
        {
            0 => word[..at] + word[at + 1] + word[at] + word[(at + 2)..],
            1 => word[..at] + word[(at + 1)..],
            2 => word[..at] + word[at] + word[at..],
            _ => word[..at] + Beside(word[at], random) + word[(at + 1)..],
        };
        return string.Join(' ', words);
    }

    /// <summary>The last word broken off, as when typing stops early.</summary>
    public static string CutShort(string text, Random random)
    {
        int last = text.LastIndexOf(' ') + 1;
        return text.Length - last < 6 ? text : text[..random.Next(last + 4, text.Length)];
    }

    static char Beside(char letter, Random random)
    {
        foreach (string row in (string[])["qwertyuiop", "asdfghjkl", "zxcvbnm"])
            if (row.IndexOf(char.ToLowerInvariant(letter)) is >= 0 and int at)
                return row[at == 0 ? 1 : at == row.Length - 1 ? at - 1 : at + (random.Next(2) * 2 - 1)];
        return letter;
    }
}
