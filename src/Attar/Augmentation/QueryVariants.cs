namespace Attar.Augmentation;

/// <summary>Writes queries anew from those that shoppers asked: with a word left out, or misspelt.</summary>
/// <param name="asked">Queries of the log.</param>
/// <param name="partShare">How many of all new queries are parts of one.</param>
/// <param name="misspeltShare">How many are one misspelt.</param>
public sealed class QueryVariants(IReadOnlyList<string> asked, double partShare, double misspeltShare)
{
    /// <summary>A variant, or null where it is the turn of a query from scratch.</summary>
    public (string Text, string Source)? Next(Random random)
    {
        double kind = random.NextDouble();
        if (asked.Count == 0 || kind >= partShare + misspeltShare) return null;
        string[] words = asked[random.Next(asked.Count)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] places = [.. Enumerable.Range(0, words.Length).Where(i => kind < partShare ? words.Length > 1 : QueryWriter.CanMisspell(words[i]))];
        if (places.Length == 0) return null;
        int place = places[random.Next(places.Length)];
        if (kind < partShare) words = [.. words[..place], .. words[(place + 1)..]];
        else words[place] = QueryWriter.Misspell(words[place], random);
        return (string.Join(' ', words), kind < partShare ? QuerySources.Part : QuerySources.Misspelt);
    }
}
