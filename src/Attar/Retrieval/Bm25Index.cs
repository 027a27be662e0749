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
/// products with listings of two dozen words take about 6 s of one core to build and 115 MB to keep. A search goes through the
/// catalogue block by block, each term from where it stopped.
/// </remarks>
public sealed class Bm25Index : ISearch
{
    const int Block = 8192; // products scored at a time: their scores stay in a core's own cache

    readonly Dictionary<string, int> terms = [];
    readonly int[] starts; // where a term's postings begin; one more than there are terms
    readonly int[] products;
    readonly ushort[] frequencies;
    readonly int[] lengths; // terms of each product's text
    readonly double[] norms; // by length
    readonly int[] byId, order; // products in the order of their ids, and each one's rank, for ties
    readonly Bm25 formula;

    /// <param name="catalogue">Searched by <see cref="ProductText.Searchable"/>.</param>
    public Bm25Index(IReadOnlyList<Product> catalogue, Bm25? formula = null)
    {
        Products = catalogue;
        this.formula = formula ?? new Bm25();
        lengths = new int[catalogue.Count];
        (byId, order) = OrderOfIds(catalogue);
        var (texts, counts, ends) = ReadCatalogue(catalogue);
        AverageLength = catalogue.Count == 0 ? 0 : lengths.Average();
        norms = [.. Enumerable.Range(0, lengths.DefaultIfEmpty().Max() + 1).Select(length => this.formula.Norm(length, AverageLength))];

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
        if (k <= 0) return [];
        List<TermCursor> asked = [.. SearchTerms.Of(query) // a term said twice counts twice
            .Where(terms.ContainsKey).Select(text => terms[text])
            .Select(term => new TermCursor(starts[term], starts[term + 1], Bm25.Idf(Products.Count, starts[term + 1] - starts[term])))];
        float[] block = ArrayPool<float>.Shared.Rent(Block);
        var best = new BestHits(k);
        for (int first = 0; first < Products.Count && asked.Exists(term => term.Next < term.End); first += Block)
        {
            Span<float> scores = block.AsSpan(0, Math.Min(Block, Products.Count - first));
            scores.Clear();
            bool any = false;
            foreach (ref TermCursor term in CollectionsMarshal.AsSpan(asked)) any |= Add(ref term, first, scores);
            if (any) best.Add(scores, order.AsSpan(first, scores.Length));
        }
        ArrayPool<float>.Shared.Return(block);
        return Array.ConvertAll(best.Take(), hit => hit with { Product = byId[hit.Product] });
    }

    /// <summary>Adds what a term scores in the products from <paramref name="first"/> on, as many as there are scores.</summary>
    bool Add(ref TermCursor term, int first, Span<float> scores)
    {
        ReadOnlySpan<int> places = products.AsSpan(term.Next, term.End - term.Next), lengths = this.lengths.AsSpan(first, scores.Length);
        ReadOnlySpan<ushort> frequencies = this.frequencies.AsSpan(term.Next, places.Length);
        ReadOnlySpan<double> norms = this.norms;
        Bm25 formula = this.formula;
        double idf = term.Idf;
        int i = 0;
        for (; i < places.Length && i < frequencies.Length; i++)
        {
            int place = places[i] - first;
            if ((uint)place >= (uint)scores.Length) break;
            scores[place] += (float)formula.Weight(idf, frequencies[i], norms[lengths[place]]);
        }
        term = term with { Next = term.Next + i };
        return i > 0;
    }

    readonly record struct TermCursor(int Next, int End, double Idf);

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

    /// <summary>The distinct terms of all products with their frequencies, product after product, and where each one's end.</summary>
    (List<int> Terms, List<ushort> Frequencies, int[] Ends) ReadCatalogue(IReadOnlyList<Product> catalogue)
    {
        var (texts, frequencies) = (new List<int>(), new List<ushort>());
        int[] ends = new int[catalogue.Count];
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
        return (texts, frequencies, ends);
    }

    static (int[] ById, int[] Ranks) OrderOfIds(IReadOnlyList<Product> catalogue)
    {
        string[] ids = [.. catalogue.Select(product => product.Id)];
        int[] byId = [.. Enumerable.Range(0, ids.Length)];
        Array.Sort(ids, byId, StringComparer.Ordinal);
        var ranks = new int[byId.Length];
        for (int rank = 0; rank < byId.Length; rank++) ranks[byId[rank]] = rank;
        return (byId, ranks);
    }
}
