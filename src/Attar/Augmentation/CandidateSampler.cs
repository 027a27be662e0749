using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation;

/// <summary>The candidates of one query, each product once.</summary>
/// <param name="Duplicates">Draws passed over because the product was there already.</param>
/// <param name="NearDuplicates">Draws passed over because a product with nearly the same title was there already.</param>
/// <param name="Found">Products that share a word with the query, as far down as search is asked.</param>
public sealed record Candidates(IReadOnlyList<(int Product, string Source)> Picked, int Duplicates, int NearDuplicates = 0, int Found = int.MaxValue);

/// <summary>
/// Picks products for a query so that the teacher shows the student the whole range: what search puts on top, what it puts
/// further down, what is of the same kind without sharing words, and what has nothing to do with it.
/// </summary>
/// <param name="mix">The sources in the order in which they are asked, each with the products it may give.</param>
/// <param name="similarity">From which Jaccard of their titles' words on a query has one of two products alone; null keeps both.</param>
public sealed class CandidateSampler(Bm25Index index, IReadOnlyList<(IPairSource Source, int Quota)> mix, double? similarity = null)
{
    /// <summary>How far down search is asked: about as far as any reranker is ever given.</summary>
    public const int Depth = 1000;

    readonly int quota = mix.Sum(part => part.Quota);

    /// <param name="number">The query's place among all that get candidates.</param>
    /// <param name="had">Products that it has already.</param>
    public Candidates Pick(string query, Random random, long number = 0, IReadOnlyList<(int Product, string Source)>? had = null)
    {
        had ??= [];
        var picked = new List<(int Product, string Source)>();
        HashSet<int> seen = [.. had.Select(pair => pair.Product)];
        List<uint[]> titles = similarity is null ? [] : [.. had.Select(pair => Shingles.Words(index.Products[pair.Product].Title))];
        int duplicates = 0, near = 0;
        int[] found = [.. index.Search(query, Depth).Select(hit => hit.Product)];
        var searched = new SearchedQuery(query, number, found);
        foreach (var (source, wanted) in mix) Take(source.Propose(searched, random), wanted, source.Name);
        // Where a source had too few, search fills up: better a near miss more than another product that has nothing to do with the query.
        Take(found.Take(Bm25Ranks.MiddleEnd).Where(product => !seen.Contains(product)), quota - picked.Count, PairSources.Middle);
        Take(found.Skip(Bm25Ranks.MiddleEnd).Where(product => !seen.Contains(product)), quota - picked.Count, PairSources.Deep);
        return new Candidates(picked, duplicates, near, found.Length);

        void Take(IEnumerable<int> products, int wanted, string source)
        {
            if (wanted <= 0) return;
            foreach (int product in products)
            {
                if (!seen.Add(product)) duplicates++;
                else if (IsLikeAnother(product, source)) near++;
                else
                {
                    picked.Add((product, source));
                    if (--wanted == 0) return;
                }
            }
        }

        // Swaps are meant to be alike. All of one query are compared: there are few, and nothing is kept of other queries.
        bool IsLikeAnother(int product, string source)
        {
            if (similarity is not { } limit || source == PairSources.Swap) return false;
            uint[] words = Shingles.Words(index.Products[product].Title);
            if (titles.Any(title => Shingles.Jaccard(title, words) >= limit)) return true;
            titles.Add(words);
            return false;
        }
    }
}
