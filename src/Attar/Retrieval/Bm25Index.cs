using System.Buffers;
using System.Runtime.InteropServices;
using Attar.Data;

namespace Attar.Retrieval;

/// <summary>A product found, by its place in the catalogue.</summary>
public readonly record struct Hit(int Product, float Score);

/// <summary>
/// An inverted index over a catalogue, in memory: for each term the products that have it and how much. Read-only once built,
/// so threads may share it. Terms are those of the catalogue's language.
/// </summary>
/// <remarks>
/// The postings of all terms stand in two arrays, term after term: 8 bytes for each distinct word of each product. A search goes
/// through the catalogue block by block, each term from where it stopped.
/// </remarks>
public sealed class Bm25Index : ISearch
{
    const int Block = 8192; // products scored at a time: their scores stay in a core's own cache

    readonly Dictionary<string, int> terms = [];
    readonly int[] starts; // where a term's postings begin; one more than there are terms
    readonly int[] products;
    readonly float[] frequencies; // what a term's occurrences in a product count together
    readonly int[] byId, order; // products in the order of their ids, and each one's rank, for ties
    readonly Bm25 formula;
    readonly Stemmer stemmer;

    /// <param name="catalogue">Searched by <see cref="ProductText.Head"/>, and by descriptions, whose words count the less the longer they are.</param>
    public Bm25Index(IReadOnlyList<Product> catalogue, Bm25? formula = null)
    {
        Products = catalogue;
        this.formula = formula ?? new Bm25();
        Language = TextLanguage.Of(catalogue);
        stemmer = Stemmer.Of(Language);
        (byId, order) = OrderOfIds(catalogue);
        var read = ReadCatalogue(catalogue);
        AverageLength = catalogue.Count == 0 ? 0 : read.Lengths.Average(length => length.Head);

        starts = new int[terms.Count + 1];
        foreach (int term in CollectionsMarshal.AsSpan(read.Terms)) starts[term + 1]++;
        for (int term = 0; term < terms.Count; term++) starts[term + 1] += starts[term];
        products = new int[read.Terms.Count];
        frequencies = new float[read.Terms.Count];
        int[] next = [.. starts];
        for (int product = 0, i = 0; product < catalogue.Count; product++)
            for (; i < read.Ends[product]; i++)
            {
                int place = next[read.Terms[i]]++;
                (products[place], frequencies[place]) = (product, Frequency(read.Counts[i], read.Lengths[product]));
            }
    }

    public IReadOnlyList<Product> Products { get; }

    /// <summary>The language that words are stemmed by.</summary>
    public TextLanguage Language { get; }

    /// <summary>Terms of a product but for its description, in the mean.</summary>
    public double AverageLength { get; }

    /// <summary>In how many products a term, as <see cref="SearchTerms"/> gives it, occurs.</summary>
    public int DocumentFrequency(string term) => terms.TryGetValue(term, out int id) ? starts[id + 1] - starts[id] : 0;

    /// <summary>The best <paramref name="k"/> products, best first, ties by product id; only those that share a term with the query.</summary>
    public Hit[] Search(string query, int k)
    {
        if (k <= 0) return [];
        List<TermCursor> asked = [.. SearchTerms.Of(query, stemmer) // a term said twice counts twice
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
        ReadOnlySpan<int> places = products.AsSpan(term.Next, term.End - term.Next);
        ReadOnlySpan<float> frequencies = this.frequencies.AsSpan(term.Next, places.Length);
        Bm25 formula = this.formula;
        double idf = term.Idf;
        int i = 0;
        for (; i < places.Length && i < frequencies.Length; i++)
        {
            int place = places[i] - first;
            if ((uint)place >= (uint)scores.Length) break;
            scores[place] += (float)formula.Weight(idf, frequencies[i]);
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
        foreach (string text in SearchTerms.Of(query, stemmer))
        {
            if (!terms.TryGetValue(text, out int term)) continue;
            ReadOnlySpan<int> having = products.AsSpan(starts[term]..starts[term + 1]); // ascending
            double idf = Bm25.Idf(Products.Count, having.Length);
            for (int i = 0; i < places.Length; i++)
                if (having.BinarySearch(places[i]) is >= 0 and int at) scores[i] += (float)formula.Weight(idf, frequencies[starts[term] + at]);
        }
        return scores;
    }

    /// <summary>The score of any product, in the catalogue or not, by the catalogue's statistics.</summary>
    public float Score(string query, Product product)
    {
        List<string> head = SearchTerms.Of(ProductText.Head(product), stemmer), description = DescriptionOf(product);
        float score = 0;
        foreach (string term in SearchTerms.Of(query, stemmer))
        {
            var counts = new Counts(head.Count(term.Equals), description.Count(term.Equals));
            if (counts.Head + counts.Description > 0) score += (float)formula.Weight(Bm25.Idf(Products.Count, DocumentFrequency(term)), Frequency(counts, new(head.Count, description.Count)));
        }
        return score;
    }

    /// <summary>Of a term its occurrences, of a product its terms: in the description, and in everything else.</summary>
    readonly record struct Counts(int Head, int Description);

    float Frequency(Counts counts, Counts lengths) => (float)(
        (counts.Head == 0 ? 0 : counts.Head * formula.Occurrence(lengths.Head, AverageLength))
        + (counts.Description == 0 ? 0 : counts.Description * formula.DescriptionOccurrence(lengths.Description)));

    List<string> DescriptionOf(Product product) => formula.DescriptionLength > 0 && product.Description.Length > 0 ? SearchTerms.Of(product.Description, stemmer) : [];

    /// <summary>The distinct terms of all products with their occurrences, product after product, where each one's end, and how long it is.</summary>
    (List<int> Terms, List<Counts> Counts, int[] Ends, Counts[] Lengths) ReadCatalogue(IReadOnlyList<Product> catalogue)
    {
        var (texts, all) = (new List<int>(), new List<Counts>());
        int[] ends = new int[catalogue.Count];
        var lengths = new Counts[catalogue.Count];
        var counts = new Dictionary<int, Counts>();
        for (int product = 0; product < catalogue.Count; product++)
        {
            counts.Clear();
            List<string> head = SearchTerms.Of(ProductText.Head(catalogue[product]), stemmer), description = DescriptionOf(catalogue[product]);
            foreach (string text in head)
            {
                ref Counts count = ref Count(text);
                count = count with { Head = count.Head + 1 };
            }
            foreach (string text in description)
            {
                ref Counts count = ref Count(text);
                count = count with { Description = count.Description + 1 };
            }
            foreach (var (term, count) in counts)
            {
                texts.Add(term);
                all.Add(count);
            }
            (ends[product], lengths[product]) = (texts.Count, new(head.Count, description.Count));
        }
        return (texts, all, ends, lengths);

        ref Counts Count(string text)
        {
            ref int term = ref CollectionsMarshal.GetValueRefOrAddDefault(terms, text, out bool known);
            if (!known) term = terms.Count - 1;
            return ref CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _);
        }
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
