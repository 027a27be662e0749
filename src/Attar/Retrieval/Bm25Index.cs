using System.Buffers;
using System.Runtime.InteropServices;
using Attar.Data;

namespace Attar.Retrieval;

/// <summary>A product found, by its place in the catalogue.</summary>
public readonly record struct Hit(int Product, float Score);

/// <summary>
/// An inverted index over a catalogue, in memory: for each term the products that have it and how much. Read-only once built,
/// so threads may share it. Terms are those of the catalogue's language; in one that writes compounds, their parts are terms too.
/// </summary>
/// <remarks>
/// The postings of all terms stand in two arrays, term after term: 8 bytes for each distinct word of each product. A search goes
/// through the catalogue block by block, each term from where it stopped.
/// How rare a term is, titles and their like decide: descriptions mention much that a product is not, and would make its words common.
/// </remarks>
public sealed class Bm25Index : ISearch
{
    const int Block = 8192; // products scored at a time: their scores stay in a core's own cache

    readonly Dictionary<string, int> terms = [];
    readonly int[] starts; // where a term's postings begin; one more than there are terms
    readonly int[] products;
    readonly float[] frequencies; // what a term's occurrences in a product count together
    readonly double[] idfs;
    readonly int[] byId, order; // products in the order of their ids, and each one's rank, for ties
    readonly Stemmer stemmer;
    readonly Compounds? compounds;

    /// <param name="catalogue">Searched by <see cref="ProductText.Head"/>, and by descriptions, whose words count the less the longer they are.</param>
    public Bm25Index(IReadOnlyList<Product> catalogue, Bm25? formula = null)
    {
        Products = catalogue;
        Formula = formula ?? new Bm25();
        Language = TextLanguage.Of(catalogue);
        stemmer = Stemmer.Of(Language);
        (byId, order) = OrderOfIds(catalogue);
        CatalogueTerms read = ReadCatalogue(catalogue);
        if (Compounds.In(Language))
        {
            compounds = new Compounds(terms.ContainsKey, stemmer);
            read = AddParts(read);
        }
        Lengths = Sum(read.Lengths);

        starts = new int[terms.Count + 1];
        foreach (int term in CollectionsMarshal.AsSpan(read.Terms)) starts[term + 1]++;
        for (int term = 0; term < terms.Count; term++) starts[term + 1] += starts[term];
        products = new int[read.Terms.Count];
        frequencies = new float[read.Terms.Count];
        int[] next = [.. starts], prominent = new int[terms.Count];
        double average = AverageOf(Formula);
        for (int product = 0, i = 0; product < catalogue.Count; product++)
            for (; i < read.Ends[product]; i++)
            {
                int term = read.Terms[i], place = next[term]++;
                FieldCounts counts = read.Counts[i];
                if (counts.Title + counts.Others > 0) prominent[term]++;
                (products[place], frequencies[place]) = (product, (float)Formula.Frequency(counts, read.Lengths[product], average));
            }
        idfs = [.. prominent.Select((count, term) => Bm25.Idf(catalogue.Count, count > 0 ? count : starts[term + 1] - starts[term]))];
    }

    public IReadOnlyList<Product> Products { get; }

    /// <summary>What weighs the fields.</summary>
    public Bm25 Formula { get; }

    /// <summary>The language that words are stemmed by.</summary>
    public TextLanguage Language { get; }

    /// <summary>Terms of all products together, those of descriptions left out.</summary>
    (double Title, double Others) Lengths { get; }

    /// <summary>What a product's title and other fields hold by a formula, in the mean.</summary>
    internal double AverageOf(Bm25 formula) => Products.Count == 0 ? 0 : (Lengths.Title + formula.OtherFields * Lengths.Others) / Products.Count;

    /// <summary>In how many products a term, as <see cref="SearchTerms"/> gives it, occurs.</summary>
    public int DocumentFrequency(string term) => terms.TryGetValue(term, out int id) ? starts[id + 1] - starts[id] : 0;

    /// <summary>The best <paramref name="k"/> products, best first, ties by product id; only those that share a term with the query.</summary>
    public Hit[] Search(string query, int k)
    {
        if (k <= 0) return [];
        List<TermCursor> asked = [.. Asked(query).Select(term => new TermCursor(starts[term], starts[term + 1], idfs[term]))];
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

    /// <summary>The query's terms that the catalogue has; a term said twice counts twice.</summary>
    IEnumerable<int> Asked(string query) => WithParts(SearchTerms.Of(query, stemmer)).Where(terms.ContainsKey).Select(text => terms[text]);

    IEnumerable<string> WithParts(List<string> texts) => compounds is null ? texts : texts.SelectMany(text => compounds.Of(text).Prepend(text));

    /// <summary>Adds what a term scores in the products from <paramref name="first"/> on, as many as there are scores.</summary>
    bool Add(ref TermCursor term, int first, Span<float> scores)
    {
        ReadOnlySpan<int> places = products.AsSpan(term.Next, term.End - term.Next);
        ReadOnlySpan<float> frequencies = this.frequencies.AsSpan(term.Next, places.Length);
        Bm25 formula = Formula;
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
        foreach (int term in Asked(query))
        {
            ReadOnlySpan<int> having = products.AsSpan(starts[term]..starts[term + 1]); // ascending
            for (int i = 0; i < places.Length; i++)
                if (having.BinarySearch(places[i]) is >= 0 and int at) scores[i] += (float)Formula.Weight(idfs[term], frequencies[starts[term] + at]);
        }
        return scores;
    }

    /// <summary>The score of any product, in the catalogue or not, by the catalogue's statistics.</summary>
    public float Score(string query, Product product)
    {
        float score = 0;
        double average = AverageOf(Formula);
        foreach (var (idf, counts, lengths) in Matches(query, product))
            if ((float)Formula.Frequency(counts, lengths, average) is > 0 and var frequency) score += (float)Formula.Weight(idf, frequency);
        return score;
    }

    /// <summary>Of each term of the query that a product has, how rare it is and how often each field says it, with the fields' lengths.</summary>
    internal IEnumerable<(double Idf, FieldCounts Counts, FieldCounts Lengths)> Matches(string query, Product product)
    {
        List<string> title = SearchTerms.Of(product.Title, stemmer), others = SearchTerms.Of(ProductText.Others(product), stemmer), description = DescriptionOf(product);
        var lengths = new FieldCounts(title.Count, others.Count, description.Count);
        if (compounds is not null) (title, others, description) = ([.. WithParts(title)], [.. WithParts(others)], [.. WithParts(description)]);
        foreach (string text in WithParts(SearchTerms.Of(query, stemmer)))
        {
            var counts = new FieldCounts(title.Count(text.Equals), others.Count(text.Equals), description.Count(text.Equals));
            if (counts != default && terms.TryGetValue(text, out int term)) yield return (idfs[term], counts, lengths);
        }
    }

    List<string> DescriptionOf(Product product) => Formula.DescriptionLength > 0 && product.Description.Length > 0 ? SearchTerms.Of(product.Description, stemmer) : [];

    /// <summary>The distinct terms of all products with their occurrences, product after product, where each one's end, and how long it is.</summary>
    readonly record struct CatalogueTerms(List<int> Terms, List<FieldCounts> Counts, int[] Ends, FieldCounts[] Lengths);

    CatalogueTerms ReadCatalogue(IReadOnlyList<Product> catalogue)
    {
        var read = new CatalogueTerms([], [], new int[catalogue.Count], new FieldCounts[catalogue.Count]);
        var counts = new Dictionary<int, FieldCounts>();
        for (int product = 0; product < catalogue.Count; product++)
        {
            counts.Clear();
            List<string> title = SearchTerms.Of(catalogue[product].Title, stemmer), others = SearchTerms.Of(ProductText.Others(catalogue[product]), stemmer), description = DescriptionOf(catalogue[product]);
            Add(title, new FieldCounts(1, 0, 0));
            Add(others, new FieldCounts(0, 1, 0));
            Add(description, new FieldCounts(0, 0, 1));
            Append(read, product, counts);
            read.Lengths[product] = new FieldCounts(title.Count, others.Count, description.Count);
        }
        return read;

        void Add(List<string> texts, FieldCounts one)
        {
            foreach (string text in texts)
            {
                ref int term = ref CollectionsMarshal.GetValueRefOrAddDefault(terms, text, out bool known);
                if (!known) term = terms.Count - 1;
                Increase(counts, term, one);
            }
        }
    }

    /// <summary>The same with the parts of compounds, which make no text longer.</summary>
    CatalogueTerms AddParts(CatalogueTerms whole)
    {
        int[][] parts = new int[terms.Count][];
        foreach (var (text, term) in terms) parts[term] = [.. compounds!.Of(text).Select(part => terms[part])];
        var read = new CatalogueTerms([], [], new int[whole.Ends.Length], whole.Lengths);
        var counts = new Dictionary<int, FieldCounts>();
        for (int product = 0, i = 0; product < whole.Ends.Length; product++)
        {
            counts.Clear();
            for (; i < whole.Ends[product]; i++)
            {
                Increase(counts, whole.Terms[i], whole.Counts[i]);
                foreach (int part in parts[whole.Terms[i]]) Increase(counts, part, whole.Counts[i]);
            }
            Append(read, product, counts);
        }
        return read;
    }

    static void Increase(Dictionary<int, FieldCounts> counts, int term, FieldCounts by)
    {
        ref FieldCounts count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _);
        count = new FieldCounts(count.Title + by.Title, count.Others + by.Others, count.Description + by.Description);
    }

    static void Append(CatalogueTerms read, int product, Dictionary<int, FieldCounts> counts)
    {
        foreach (var (term, count) in counts)
        {
            read.Terms.Add(term);
            read.Counts.Add(count);
        }
        read.Ends[product] = read.Terms.Count;
    }

    static (double Title, double Others) Sum(FieldCounts[] lengths) => (lengths.Sum(length => (double)length.Title), lengths.Sum(length => (double)length.Others));

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
