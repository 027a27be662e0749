using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation;

/// <summary>How many candidates of a query come from where.</summary>
public sealed record CandidateQuota(int Top, int Middle, int Deep, int Category, int Random)
{
    public int Total => Top + Middle + Deep + Category + Random;
}

/// <summary>The candidates of one query, each product once.</summary>
/// <param name="Duplicates">Draws passed over because the product was there already.</param>
public sealed record Candidates(IReadOnlyList<(int Product, string Source)> Picked, int Duplicates);

/// <summary>
/// Picks products for a query so that the teacher shows the student the whole range: what search puts on top, what it puts
/// further down, what is of the same kind without sharing words, and what has nothing to do with it.
/// </summary>
public sealed class CandidateSampler
{
    public const string Top = "bm25-top", Middle = "bm25-mid", Deep = "bm25-deep", Category = "category", Random = "random";
    public static readonly IReadOnlyList<string> Sources = [Top, Middle, Deep, Category, Random];

    /// <summary>Where the middle and the deep ranks end: a first page or three, and about as far as any reranker is ever given.</summary>
    const int MiddleEnd = 100, DeepEnd = 1000;

    readonly Bm25Index index;
    readonly CandidateQuota quota;
    readonly Dictionary<string, int[]> kin;

    public CandidateSampler(Bm25Index index, CandidateQuota quota)
    {
        this.index = index;
        this.quota = quota;
        kin = Enumerable.Range(0, index.Products.Count).GroupBy(i => Kind(index.Products[i])).ToDictionary(kind => kind.Key, kind => kind.ToArray());
    }

    public Candidates Pick(string query, Random random)
    {
        var picked = new List<(int Product, string Source)>();
        var seen = new HashSet<int>();
        int duplicates = 0;

        void Take(IEnumerable<int> products, int wanted, string source)
        {
            using var next = products.GetEnumerator();
            while (wanted > 0 && next.MoveNext())
            {
                if (!seen.Add(next.Current)) { duplicates++; continue; }
                picked.Add((next.Current, source));
                wanted--;
            }
        }

        int[] found = [.. index.Search(query, DeepEnd).Select(hit => hit.Product)];
        int[] top = [.. found.Take(quota.Top)];
        int[] middle = [.. found.Take(MiddleEnd).Skip(quota.Top)];
        int[] deep = [.. found.Skip(Math.Max(MiddleEnd, quota.Top))];
        Take(top, quota.Top, Top);
        Take(Shuffled(middle.Length, random).Select(i => middle[i]), quota.Middle, Middle);
        Take(Shuffled(deep.Length, random).Select(i => deep[i]), quota.Deep, Deep);
        if (found.Length > 0 && Kind(index.Products[found[0]]) is { Length: > 0 } kind)
            Take(Shuffled(kin[kind].Length, random).Select(i => kin[kind][i]), quota.Category, Category);
        Take(Shuffled(index.Products.Count, random), quota.Random, Random);
        // Where a source had too few, search fills up: better a near miss more than another product that has nothing to do with the query.
        Take(middle.Where(product => !seen.Contains(product)), quota.Total - picked.Count, Middle);
        Take(deep.Where(product => !seen.Contains(product)), quota.Total - picked.Count, Deep);
        return new Candidates(picked, duplicates);
    }

    /// <summary>Products of one kind are neighbours: the category, or where the catalogue has none, the brand.</summary>
    static string Kind(Product product) => product.Category.Length > 0 ? "category " + product.Category : product.Brand.Length > 0 ? "brand " + product.Brand : "";

    /// <summary>0..count-1 in random order, lazily (Fisher and Yates, remembering only what moved): the first few of a million cost a few steps.</summary>
    static IEnumerable<int> Shuffled(int count, Random random)
    {
        var moved = new Dictionary<int, int>();
        for (int i = 0; i < count; i++)
        {
            int j = random.Next(i, count);
            yield return moved.GetValueOrDefault(j, j);
            moved[j] = moved.GetValueOrDefault(i, i);
        }
    }
}
