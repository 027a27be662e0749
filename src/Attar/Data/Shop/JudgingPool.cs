using System.Text.RegularExpressions;

namespace Attar.Data.Shop;

/// <summary>
/// Chooses which products of a query are judged: mostly those that share words with it, as a search engine would show them,
/// then right and nearly right ones whatever their words, some related ones, and some at random.
/// </summary>
sealed partial class JudgingPool
{
    const double Lexical = 0.45, Hard = 0.3, Related = 0.2; // shares of the pool; the rest is random
    const int Depth = 100;  // how far down the lexical ranking judged products come from
    const int Sample = 300; // products of the right types looked through for hard ones

    readonly IReadOnlyList<ShopProduct> products;
    readonly Random random;
    readonly Dictionary<string, List<int>> postings = [];
    readonly Dictionary<ProductType, int[]> byType;
    readonly float[] scores;

    public JudgingPool(IReadOnlyList<ShopProduct> products, Random random)
    {
        (this.products, this.random, scores) = (products, random, new float[products.Count]);
        for (int index = 0; index < products.Count; index++)
            foreach (string word in WordsOf($"{products[index].Listing.Title} {products[index].Brand} {products[index].Listing.Attributes}"))
            {
                if (!postings.TryGetValue(word, out var list)) postings[word] = list = [];
                if (list.Count == 0 || list[^1] != index) list.Add(index);
            }
        byType = Enumerable.Range(0, products.Count).GroupBy(index => products[index].Type).ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Indices of <paramref name="size"/> different products, in the order of the catalogue.</summary>
    public int[] Choose(string text, Intent intent, int size)
    {
        var chosen = new HashSet<int>();
        int[] lexical = ByWords(text);
        random.Shuffle(lexical);
        Add(lexical, (int)(size * Lexical));
        Add(HardOnes(intent), (int)(size * Hard));
        Add(RelatedOnes(intent), Math.Max(1, (int)(size * Related)));
        while (chosen.Count < size) chosen.Add(random.Next(products.Count));
        return [.. chosen.Order()];

        void Add(int[] candidates, int count)
        {
            int wanted = Math.Min(size, chosen.Count + count);
            foreach (int candidate in candidates)
                if (chosen.Count < wanted) chosen.Add(candidate);
        }
    }

    /// <summary>The products that share the most, and the rarest, words with the query; ties in random order.</summary>
    int[] ByWords(string text)
    {
        var touched = new List<int>();
        foreach (string word in WordsOf(text).Distinct())
        {
            if (!postings.TryGetValue(word, out var list)) continue;
            float rarity = MathF.Log(1 + (float)products.Count / list.Count);
            foreach (int index in list)
            {
                if (scores[index] == 0) touched.Add(index);
                scores[index] += rarity;
            }
        }
        int[] found = [.. touched];
        float[] keys = [.. touched.Select(index => -scores[index] - 0.5f * random.NextSingle())];
        Array.Sort(keys, found);
        foreach (int index in touched) scores[index] = 0;
        return found[..Math.Min(Depth, found.Length)];
    }

    /// <summary>Of the types asked for, or of all: by turns a right one, one wrong in one thing, one wrong in more.</summary>
    int[] HardOnes(Intent intent)
    {
        int[] wide = intent.Types.Length == 0 ? [.. Enumerable.Range(0, products.Count)] : [.. intent.Types.SelectMany(type => byType.GetValueOrDefault(type, []))];
        random.Shuffle(wide);
        var byGrade = wide.Take(intent.Types.Length == 0 ? products.Count : Sample).ToLookup(index => TrueGrade.Of(intent, products[index]));
        int[][] turns = [[.. byGrade[3].Take(Sample)], [.. byGrade[2].Take(Sample)], [.. byGrade[1].Take(Sample)]];
        return [.. Enumerable.Range(0, Sample).SelectMany(turn => turns.Where(grade => turn < grade.Length).Select(grade => grade[turn]))];
    }

    /// <summary>Accessories first, or what an accessory is for, then siblings.</summary>
    int[] RelatedOnes(Intent intent)
    {
        int[] accessories = Of((type, other) => type.For == other.Name || other.For == type.Name), siblings = Of((type, other) => type.Group == other.Group);
        return [.. accessories.Take(1), .. siblings.Take(1), .. accessories.Skip(1), .. siblings.Skip(1)];

        int[] Of(Func<ProductType, ProductType, bool> related)
        {
            int[] found = [.. byType.Where(entry => !intent.Types.Contains(entry.Key) && intent.Types.Any(type => related(type, entry.Key))).SelectMany(entry => entry.Value)];
            random.Shuffle(found);
            return found;
        }
    }

    static string[] WordsOf(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex Word();
}
