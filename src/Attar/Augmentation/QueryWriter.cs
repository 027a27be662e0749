using System.Text;
using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>Writes queries as shoppers might for products of the catalogue: a few words of the title, brand and type, an attribute and the type; some in the plural, some misspelt.</summary>
public sealed class QueryWriter
{
    const double PluralShare = 0.15, MisspeltShare = 0.1;
    const int MissesToGiveUp = 1000; // in a row: hardly anything new is left to say

    static readonly HashSet<string> fillers = ["and", "or", "with", "for", "in", "of", "the", "a", "an", "to", "by", "on", "from", "x"];
    static readonly string[] typeEnds = [",", "(", " - ", " with ", " for ", " in "];

    readonly IReadOnlyList<Product> products;
    readonly HashSet<ulong> taken;
    readonly Turns? turns;
    readonly QueryVariants? variants;
    readonly Predicate<string> wanted;

    /// <param name="existing">Queries never to be written again, compared by <see cref="QueryKey"/>; above all those of dev and test.</param>
    /// <param name="turns">Whose turn it is to be written about; null: any product's.</param>
    /// <param name="variants">Writes some of the queries instead.</param>
    /// <param name="wanted">Whether a new query may stay; null: always.</param>
    public QueryWriter(IReadOnlyList<Product> products, IEnumerable<string> existing, Turns? turns = null, QueryVariants? variants = null, Predicate<string>? wanted = null)
    {
        (this.products, this.turns, this.variants, this.wanted) = (products, turns, variants, wanted ?? (_ => true));
        taken = [.. existing.Select(QueryKey.HashOf), QueryKey.HashOf("")];
    }

    /// <summary>Up to <paramref name="count"/> different queries, each with its source; fewer when the catalogue has no more to say.</summary>
    public IEnumerable<(string Text, string Source)> Write(int count, Random random)
    {
        if (products.Count == 0) yield break;
        long turn = 0;
        for (int written = 0, misses = 0; written < count && misses < MissesToGiveUp;)
        {
            var query = variants?.Next(random) ?? (Write(products[turns is null ? random.Next(products.Count) : turns[turn++]], random), QuerySources.Product);
            if (!taken.Add(QueryKey.HashOf(query.Text)) || !wanted(query.Text))
            {
                misses++;
                continue;
            }
            misses = 0;
            written++;
            yield return query;
        }
    }

    static string Write(Product product, Random random)
    {
        List<string> words = random.NextDouble() switch
        {
            < 0.45 => Some(Words(product.Title), random.Next(2, 5), random),
            < 0.70 => [.. Words(product.Brand), .. Type(product)],
            < 0.90 => [.. Attribute(product, random), .. Type(product)],
            _ => Type(product),
        };
        if (words.Count > 0 && random.NextDouble() < PluralShare) words[^1] = OtherNumber(words[^1]);
        if (words.Count > 0 && random.NextDouble() < MisspeltShare)
        {
            int word = random.Next(words.Count);
            words[word] = Misspell(words[word], random);
        }
        return string.Join(' ', words);
    }

    static List<string> Words(string text) => [.. text.ToLowerInvariant()
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => word.Trim('.', ',', ';', ':', '(', ')', '"', '\'', '-', '&', '/', '!'))
        .Where(word => word.Any(char.IsLetterOrDigit) && !fillers.Contains(word))];

    /// <summary>A few words in their order.</summary>
    static List<string> Some(List<string> words, int count, Random random)
    {
        int left = words.Count;
        return [.. words.Where(_ => random.Next(left--) < count && count-- > 0)];
    }

    /// <summary>What the thing is: the last step of the category, or the title's last two words before anything that only qualifies it.</summary>
    static List<string> Type(Product product)
    {
        if (product.Category.Length > 0) return Words(product.Category.Split('/', '>')[^1]);
        int end = typeEnds.Select(mark => product.Title.IndexOf(mark, StringComparison.OrdinalIgnoreCase)).Where(at => at > 0).DefaultIfEmpty(product.Title.Length).Min();
        return [.. Words(product.Title[..end]).TakeLast(2)];
    }

    static List<string> Attribute(Product product, Random random)
    {
        string[] values = [.. ProductText.Attributes(product).Select(attribute => attribute.Value)];
        return values.Length == 0 ? [] : [.. Words(values[random.Next(values.Length)]).Take(2)];
    }

    static string OtherNumber(string word) =>
        word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1]
        : word.All(char.IsLetter) ? word + "s" : word;

    internal static bool CanMisspell(string word) => word.Length >= 5 && word.All(char.IsLetter);

    /// <summary>Drops, doubles or swaps a letter inside a word of five or more; shorter ones are seldom misspelt.</summary>
    internal static string Misspell(string word, Random random)
    {
        if (!CanMisspell(word)) return word;
        int at = random.Next(1, word.Length - 1);
        return random.Next(3) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, word[at].ToString()),
            _ => new StringBuilder(word) { [at] = word[at + 1], [at + 1] = word[at] }.ToString(),
        };
    }
}
