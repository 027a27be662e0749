using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Labeling.Audit;

/// <summary>Counts what the pairs are made of, pair by pair; memory holds products and queries, not pairs.</summary>
sealed class PairCensus
{
    const int Shown = 5, LongQuery = 8;

    readonly Dataset data;
    readonly AuditLimits limits;
    readonly Dictionary<string, string> texts;
    readonly Dictionary<string, int> productAt = [];
    readonly int[] kind; // (products): the first product that each is nearly the same as
    readonly CatalogueCoverage coverage;
    readonly HeldOutQueries heldOut;
    readonly NearDuplicates queryTexts;
    readonly Dictionary<string, long> sources = [], querySources = [];
    readonly long[] lengths = new long[LongQuery];
    readonly HashSet<string> queries = [];
    readonly HashSet<int> products = [], kinds = []; // of the current query
    readonly List<string> leakedNames = [], nearlyNames = [], nearQueryNames = [], nearProductNames = [];
    string query = "";
    long pairs, duplicates, nearProducts, leaked, nearly, nearQueries;

    public PairCensus(Dataset data, IEnumerable<Query> made, AuditLimits limits)
    {
        (this.data, this.limits) = (data, limits);
        texts = data.Queries.Concat(made).ToDictionary(query => query.Id, query => query.Text);
        var titles = new NearDuplicates(limits.Similarity);
        kind = new int[data.Products.Count];
        coverage = new CatalogueCoverage(data.Products);
        foreach (var (i, product) in data.Products.Index())
        {
            productAt.Add(product.Id, i);
            kind[i] = titles.Add(Shingles.Words(product.Title));
        }
        (heldOut, queryTexts) = (new(data, limits.Similarity), new(limits.Similarity));
    }

    public long Queries => queries.Count;

    public long Products => coverage.Products;

    /// <exception cref="InputException">The data knows the query or the product no more.</exception>
    public void Add(CandidatePair pair)
    {
        if (pair.QueryId != query) Begin(pair.QueryId);
        if (!productAt.TryGetValue(pair.ProductId, out int product)) throw new InputException("pairs", $"unknown product '{pair.ProductId}'; expected products of data/; run 'attar generate' again");
        pairs++;
        coverage.Add(product);
        sources[pair.Source] = sources.GetValueOrDefault(pair.Source) + 1;
        querySources[pair.QuerySource] = querySources.GetValueOrDefault(pair.QuerySource) + 1;
        if (!products.Add(product)) duplicates++;
        else if (!kinds.Add(kind[product]))
        {
            nearProducts++;
            Keep(nearProductNames, $"'{data.Products[product].Title}' like '{data.Products[kind[product]].Title}'");
        }
    }

    void Begin(string id)
    {
        query = id;
        products.Clear();
        kinds.Clear();
        if (!texts.TryGetValue(id, out string? text)) throw new InputException("pairs", $"unknown query '{id}'; expected queries of data/ or pairs/; run 'attar generate' again");
        if (!queries.Add(id)) return;
        lengths[Math.Min(LongQuery, QueryKey.Of(text).Count(c => c == ' ') + 1) - 1]++;
        uint[] letters = Shingles.Letters(text);
        if (queryTexts.Add(letters) != queries.Count - 1)
        {
            nearQueries++;
            Keep(nearQueryNames, $"'{text}'");
        }
        if (heldOut.Has(text))
        {
            leaked++;
            Keep(leakedNames, $"'{text}'");
        }
        else if (heldOut.Nearly(text))
        {
            nearly++;
            Keep(nearlyNames, $"'{text}'");
        }
    }

    public IEnumerable<AuditCheck> Checks()
    {
        yield return new("duplicates", "pairs that are there already", Share(duplicates, pairs), limits.Duplicates, false, []);
        yield return new("near-duplicate-products", "pairs whose product is nearly another of the same query", Share(nearProducts, pairs), limits.NearDuplicateProducts, false, nearProductNames);
        yield return new("near-duplicate-queries", "queries that nearly repeat another", Share(nearQueries, Queries), limits.NearDuplicateQueries, false, nearQueryNames);
        yield return new("leaked", "queries that dev or test has too", Share(leaked, Queries), limits.Leaked, false, leakedNames);
        yield return new("nearly-leaked", "queries that nearly repeat one of dev or test", Share(nearly, Queries), limits.NearlyLeaked, false, nearlyNames);
        foreach (AuditCheck check in coverage.Checks(limits)) yield return check;
    }

    public IEnumerable<AuditCounts> Histograms()
    {
        yield return new("queries by their number of words", [.. lengths.Select((count, i) => new AuditCount(i + 1 < LongQuery ? $"{i + 1}" : $"{LongQuery} or more", count))]);
        yield return new("pairs by the source of the product", Counts(sources));
        yield return new("pairs by the source of the query", Counts(querySources));
        foreach (AuditCounts histogram in coverage.Histograms()) yield return histogram;

        static AuditCount[] Counts(Dictionary<string, long> sources) => [.. sources.OrderBy(source => source.Key, StringComparer.Ordinal).Select(source => new AuditCount(source.Key.Length > 0 ? source.Key : "unknown", source.Value))];
    }

    static void Keep(List<string> names, string name)
    {
        if (names.Count < Shown) names.Add(name);
    }

    static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
