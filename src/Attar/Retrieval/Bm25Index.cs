using System.Buffers;
using System.Runtime.InteropServices;
using Attar.Data;

namespace Attar.Retrieval;

/// <summary>A product found, by its place in the catalogue.</summary>
public readonly record struct Hit(int Product, float Score);

/// <summary>
/// An inverted index over a catalogue, in memory: for each term the products that have it and how often. Read-only once built,
/// so threads may share it.
/// </summary>
/// <remarks>
/// The postings of all terms stand in two arrays, term after term: 6 bytes for each distinct word of each product. A million
/// products with titles of a dozen words take about 8 s of one core to build and 85 MB to keep.
/// </remarks>
public sealed class Bm25Index : ISearch
{
    readonly Dictionary<string, int> terms = [];
    readonly int[] starts; // where a term's postings begin; one more than there are terms
    readonly int[] products;
    readonly ushort[] frequencies;
    readonly int[] lengths; // terms of each product's text
    readonly int[] order; // rank of each product's id, for ties
    readonly Bm25 formula;

    /// <param name="catalogue">Searched by <see cref="ProductText.Searchable"/>.</param>
    public Bm25Index(IReadOnlyList<Product> catalogue, Bm25? formula = null)
    {
        Products = catalogue;
        this.formula = formula ?? new Bm25();
        lengths = new int[catalogue.Count];
        order = RanksOfIds(catalogue);
        var occurrences = ReadCatalogue(catalogue);
        AverageLength = catalogue.Count == 0 ? 0 : lengths.Average();

        starts = new int[terms.Count + 1];
        foreach (var (term, _, _) in CollectionsMarshal.AsSpan(occurrences)) starts[term + 1]++;
        for (int term = 0; term < terms.Count; term++) starts[term + 1] += starts[term];
        products = new int[occurrences.Count];
        frequencies = new ushort[occurrences.Count];
        int[] next = [.. starts];
        foreach (var (term, product, frequency) in CollectionsMarshal.AsSpan(occurrences))
        {
            int place = next[term]++;
            (products[place], frequencies[place]) = (product, frequency);
        }
    }

    public IReadOnlyList<Product> Products { get; }

    public double AverageLength { get; }

    /// <summary>In how many products a term, as <see cref="SearchTerms"/> gives it, occurs.</summary>
    public int DocumentFrequency(string term) => terms.TryGetValue(term, out int id) ? starts[id + 1] - starts[id] : 0;

    /// <summary>The best <paramref name="k"/> products, best first, ties by product id; only those that share a term with the query.</summary>
    public Hit[] Search(string query, int k)
    {
        float[] scores = ArrayPool<float>.Shared.Rent(Products.Count);
        scores.AsSpan(0, Products.Count).Clear();
        var found = new List<int>();
        foreach (string text in SearchTerms.Of(query)) // a term said twice counts twice
        {
            if (!terms.TryGetValue(text, out int term)) continue;
            double idf = Bm25.Idf(Products.Count, starts[term + 1] - starts[term]);
            for (int i = starts[term]; i < starts[term + 1]; i++)
            {
                int product = products[i];
                if (scores[product] == 0) found.Add(product);
                scores[product] += (float)formula.Weight(idf, frequencies[i], lengths[product], AverageLength);
            }
        }
        Hit[] best = Best(found, scores, k);
        ArrayPool<float>.Shared.Return(scores);
        return best;
    }

    IReadOnlyList<(Product Product, float Score)> ISearch.Search(string query, int count) => [.. Search(query, count).Select(hit => (Products[hit.Product], hit.Score))];

    /// <summary>The scores of some products of the catalogue, by their places: a few steps for each, whatever the length of their texts.</summary>
    public float[] Scores(string query, ReadOnlySpan<int> places)
    {
        var scores = new float[places.Length];
        foreach (string text in SearchTerms.Of(query))
        {
            if (!terms.TryGetValue(text, out int term)) continue;
            ReadOnlySpan<int> having = products.AsSpan(starts[term]..starts[term + 1]); // ascending
            double idf = Bm25.Idf(Products.Count, having.Length);
            for (int i = 0; i < places.Length; i++)
                if (having.BinarySearch(places[i]) is >= 0 and int at) scores[i] += (float)formula.Weight(idf, frequencies[starts[term] + at], lengths[places[i]], AverageLength);
        }
        return scores;
    }

    /// <summary>The score of any product, in the catalogue or not, by the catalogue's statistics.</summary>
    public float Score(string query, Product product)
    {
        List<string> text = SearchTerms.Of(ProductText.Searchable(product));
        float score = 0;
        foreach (string term in SearchTerms.Of(query))
        {
            int frequency = text.Count(term.Equals);
            if (frequency > 0) score += (float)formula.Weight(Bm25.Idf(Products.Count, DocumentFrequency(term)), frequency, text.Count, AverageLength);
        }
        return score;
    }

    /// <summary>Keeps the worst of the best k on top of a heap, to be replaced by anything better.</summary>
    Hit[] Best(List<int> found, float[] scores, int k)
    {
        var heap = new PriorityQueue<int, (float Score, int Order)>(Comparer<(float Score, int Order)>.Create(
            (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Order.CompareTo(a.Order)));
        foreach (int product in found)
        {
            if (heap.Count < k) heap.Enqueue(product, (scores[product], order[product]));
            else if (k > 0) heap.EnqueueDequeue(product, (scores[product], order[product]));
        }
        var best = new Hit[heap.Count];
        for (int i = best.Length - 1; i >= 0; i--)
        {
            int product = heap.Dequeue();
            best[i] = new Hit(product, scores[product]);
        }
        return best;
    }

    List<(int Term, int Product, ushort Frequency)> ReadCatalogue(IReadOnlyList<Product> catalogue)
    {
        var occurrences = new List<(int, int, ushort)>();
        var counts = new Dictionary<int, int>();
        for (int product = 0; product < catalogue.Count; product++)
        {
            counts.Clear();
            foreach (string text in SearchTerms.Of(ProductText.Searchable(catalogue[product])))
            {
                ref int term = ref CollectionsMarshal.GetValueRefOrAddDefault(terms, text, out bool known);
                if (!known) term = terms.Count - 1;
                CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _)++;
                lengths[product]++;
            }
            foreach (var (term, count) in counts) occurrences.Add((term, product, (ushort)Math.Min(count, ushort.MaxValue)));
        }
        return occurrences;
    }

    static int[] RanksOfIds(IReadOnlyList<Product> catalogue)
    {
        int[] byId = [.. Enumerable.Range(0, catalogue.Count).OrderBy(i => catalogue[i].Id, StringComparer.Ordinal)];
        var ranks = new int[byId.Length];
        for (int rank = 0; rank < byId.Length; rank++) ranks[byId[rank]] = rank;
        return ranks;
    }
}
