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
/// products with listings of two dozen words take about 12 s of one core to build and 150 MB to keep.
/// </remarks>
public sealed class Bm25Index : ISearch
{
    readonly Dictionary<string, int> terms = [];
    readonly int[] starts; // where a term's postings begin; one more than there are terms
    readonly int[] products;
    readonly ushort[] frequencies;
    readonly double[] norms; // of each product's text
    readonly int[] order; // rank of each product's id, for ties
    readonly Bm25 formula;

    /// <param name="catalogue">Searched by <see cref="ProductText.Searchable"/>.</param>
    public Bm25Index(IReadOnlyList<Product> catalogue, Bm25? formula = null)
    {
        Products = catalogue;
        this.formula = formula ?? new Bm25();
        order = RanksOfIds(catalogue);
        var (texts, counts, ends, lengths) = ReadCatalogue(catalogue);
        AverageLength = catalogue.Count == 0 ? 0 : lengths.Average();
        norms = [.. lengths.Select(length => this.formula.Norm(length, AverageLength))];

        starts = new int[terms.Count + 1];
        foreach (int term in CollectionsMarshal.AsSpan(texts)) starts[term + 1]++;
        for (int term = 0; term < terms.Count; term++) starts[term + 1] += starts[term];
        products = new int[texts.Count];
        frequencies = new ushort[texts.Count];
        int[] next = [.. starts];
        for (int product = 0, i = 0; product < catalogue.Count; product++)
            for (; i < ends[product]; i++)
            {
                int place = next[texts[i]]++;
                (products[place], frequencies[place]) = (product, counts[i]);
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
        int[] found = ArrayPool<int>.Shared.Rent(Products.Count);
        int count = 0;
        scores.AsSpan(0, Products.Count).Clear();
        foreach (string text in SearchTerms.Of(query)) // a term said twice counts twice
        {
            if (!terms.TryGetValue(text, out int term)) continue;
            double idf = Bm25.Idf(Products.Count, starts[term + 1] - starts[term]);
            for (int i = starts[term]; i < starts[term + 1]; i++)
            {
                int product = products[i];
                if (scores[product] == 0) found[count++] = product;
                scores[product] += (float)formula.Weight(idf, frequencies[i], norms[product]);
            }
        }
        Hit[] best = Best(found.AsSpan(0, count), scores, k);
        ArrayPool<float>.Shared.Return(scores);
        ArrayPool<int>.Shared.Return(found);
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
    Hit[] Best(ReadOnlySpan<int> found, float[] scores, int k)
    {
        if (k <= 0) return [];
        var heap = new PriorityQueue<int, (float Score, int Order)>(Comparer<(float Score, int Order)>.Create(
            (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Order.CompareTo(a.Order)));
        float worst = float.NegativeInfinity; // on top of a full heap: most products of a common word are told apart from the best by this alone
        foreach (int product in found)
        {
            if (scores[product] < worst) continue;
            if (heap.Count < k) heap.Enqueue(product, (scores[product], order[product]));
            else heap.EnqueueDequeue(product, (scores[product], order[product]));
            if (heap.Count == k) worst = scores[heap.Peek()];
        }
        var best = new Hit[heap.Count];
        for (int i = best.Length - 1; i >= 0; i--)
        {
            int product = heap.Dequeue();
            best[i] = new Hit(product, scores[product]);
        }
        return best;
    }

    /// <summary>The distinct terms of all products with their frequencies, product after product, and of each where its terms end and how long its text is.</summary>
    (List<int> Terms, List<ushort> Frequencies, int[] Ends, int[] Lengths) ReadCatalogue(IReadOnlyList<Product> catalogue)
    {
        var (texts, frequencies) = (new List<int>(), new List<ushort>());
        var (ends, lengths) = (new int[catalogue.Count], new int[catalogue.Count]);
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
            foreach (var (term, count) in counts)
            {
                texts.Add(term);
                frequencies.Add((ushort)Math.Min(count, ushort.MaxValue));
            }
            ends[product] = texts.Count;
        }
        return (texts, frequencies, ends, lengths);
    }

    static int[] RanksOfIds(IReadOnlyList<Product> catalogue)
    {
        int[] byId = [.. Enumerable.Range(0, catalogue.Count).OrderBy(i => catalogue[i].Id, StringComparer.Ordinal)];
        var ranks = new int[byId.Length];
        for (int rank = 0; rank < byId.Length; rank++) ranks[byId[rank]] = rank;
        return ranks;
    }
}
