using System.Globalization;
using System.Text.Json;

namespace Attar.Data;

/// <summary>
/// The files of a data folder: <c>products.jsonl</c>, <c>queries.jsonl</c>, <c>judgments.tsv</c>, <c>splits.tsv</c>, <c>dataset.json</c>,
/// where people judged more of it, <c>judged.tsv</c>, and where it is known what shoppers did, <c>events.jsonl</c>, which <c>generate</c> reads.
/// Everything is checked on reading, in one pass over each file.
/// </summary>
public static class DatasetFiles
{
    public const string Products = "products.jsonl", Queries = "queries.jsonl", Judgments = "judgments.tsv", Splits = "splits.tsv", Scale = "dataset.json", Events = "events.jsonl", Judged = "judged.tsv";

    /// <summary>The files that say what people judged.</summary>
    internal static string[] JudgmentFiles(string folder) => [.. new[] { Judgments, Judged }.Select(file => Path.Combine(folder, file)).Where(File.Exists)];

    const string AProduct = """{"id":"p1","title":"Oak table"}""";
    const string AQuery = """{"id":"q1","text":"oak table"}""";
    const string AScale = """{"grades":3,"gains":[0,0.5,1],"positiveFrom":1.5}""";

    public static void Write(string folder, Dataset data)
    {
        JsonLines.Write(Path.Combine(folder, Products), data.Products, DataJson.Default.Product);
        JsonLines.Write(Path.Combine(folder, Queries), data.Queries, DataJson.Default.Query);
        AtomicFile.WriteText(Path.Combine(folder, Judgments), writer =>
        {
            writer.WriteLine("query_id\tproduct_id\trating\tvotes\ttruth");
            foreach (var judgment in data.Judgments)
            {
                string votes = judgment.Votes is null ? "" : string.Join(',', judgment.Votes);
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judgment.QueryId}\t{judgment.ProductId}\t{judgment.Rating}\t{votes}\t{judgment.Truth}"));
            }
        });
        AtomicFile.WriteText(Path.Combine(folder, Splits), writer =>
        {
            writer.WriteLine("query_id\tsplit");
            foreach (var query in data.Queries) // in the order of the queries, not of the dictionary
                if (data.Splits.TryGetValue(query.Id, out var split)) writer.WriteLine($"{query.Id}\t{SplitName(split)}");
        });
        WriteScale(folder, data.Scale);
    }

    internal static void WriteScale(string folder, GradeScale scale) =>
        AtomicFile.WriteText(Path.Combine(folder, Scale), writer => writer.WriteLine(JsonSerializer.Serialize(new ScaleFile(scale.Grades, scale.Gains, scale.PositiveFrom), DataJson.Default.ScaleFile)));

    /// <exception cref="InputException">naming every fault of the files, up to 20, with file and line.</exception>
    public static Dataset Read(string folder) => Read(folder, imported: false);

    /// <param name="imported">Without what people judged since.</param>
    internal static Dataset Read(string folder, bool imported)
    {
        var faults = new FaultList();
        var scale = ReadScale(Path.Combine(folder, Scale), faults);
        var products = ReadProducts(Path.Combine(folder, Products), faults);
        var queries = ReadQueries(Path.Combine(folder, Queries), faults);
        faults.ThrowIfAny(); // before what refers to them: one bad product would make a fault of each of its judgments

        var splits = ReadSplits(Path.Combine(folder, Splits), queries, faults);
        var judgments = JudgmentTable.Read(Path.Combine(folder, Judgments), scale!.Grades, products, queries, faults);
        var judged = imported ? [] : JudgedTable.Read(Path.Combine(folder, Judged), scale.Grades, queries.ContainsKey, products.ContainsKey, faults);
        faults.ThrowIfAny();
        if (judged.Count > 0) Add(judged, judgments, splits, queries, products);
        return new Dataset(scale, [.. products.Values], [.. queries.Values], judgments, splits);
    }

    /// <summary>Adds what people judged: votes to pairs that are there, and pairs that are not; a query without a split takes the one it was given then.</summary>
    static void Add(List<(Judgment Judgment, Split? Split)> judged, List<Judgment> judgments, Dictionary<string, Split> splits, OrderedDictionary<string, Query> queries, OrderedDictionary<string, Product> products)
    {
        Dictionary<(string, string), int> places = judgments.Index().ToDictionary(one => (one.Item.QueryId, one.Item.ProductId), one => one.Index);
        foreach (var (judgment, split) in judged)
        {
            (string Query, string Product) pair = (queries[judgment.QueryId].Id, products[judgment.ProductId].Id); // one string for all
            if (places.TryGetValue(pair, out int place)) judgments[place] = JudgedTable.Sum(judgments[place], judgment);
            else
            {
                places.Add(pair, judgments.Count);
                judgments.Add(judgment with { QueryId = pair.Query, ProductId = pair.Product });
            }
            if (split is { } known) splits.TryAdd(pair.Query, known);
        }
    }

    /// <summary>The queries of a folder alone, by id.</summary>
    /// <exception cref="InputException">naming every fault of the file.</exception>
    internal static IReadOnlyDictionary<string, Query> QueriesOf(string folder)
    {
        var faults = new FaultList();
        var queries = ReadQueries(Path.Combine(folder, Queries), faults);
        faults.ThrowIfAny();
        return queries;
    }

    /// <summary>The scale of a folder; null where it has none.</summary>
    /// <exception cref="InputException">when the file is not sound.</exception>
    public static GradeScale? ScaleOf(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Scale))) return null;
        var faults = new FaultList();
        GradeScale? scale = ReadScale(Path.Combine(folder, Scale), faults);
        faults.ThrowIfAny();
        return scale;
    }

    /// <summary>As written in <c>splits.tsv</c>: train, dev or test.</summary>
    public static string SplitName(Split split) => split.ToString().ToLowerInvariant();

    // OrderedDictionary keeps the file's order and finds duplicates in one go.
    static OrderedDictionary<string, Product> ReadProducts(string path, FaultList faults)
    {
        var products = new OrderedDictionary<string, Product>();
        JsonLines.Read(path, DataJson.Default.Product, AProduct, faults, (product, where) =>
        {
            if (Identifier.Fault(product.Id) is { } fault) faults.Add(where, $"product {fault}");
            else if (!products.TryAdd(product.Id, product)) faults.Add(where, $"product '{product.Id}' is there already; expected each product once; remove one");
        });
        return products;
    }

    static OrderedDictionary<string, Query> ReadQueries(string path, FaultList faults)
    {
        var queries = new OrderedDictionary<string, Query>();
        JsonLines.Read(path, DataJson.Default.Query, AQuery, faults, (query, where) =>
        {
            if (Identifier.Fault(query.Id) is { } fault) faults.Add(where, $"query {fault}");
            else if (string.IsNullOrWhiteSpace(query.Text)) faults.Add(where, $"query '{query.Id}' has no text; expected what the shopper typed; fill it in or remove the query");
            else if (!queries.TryAdd(query.Id, query)) faults.Add(where, $"query '{query.Id}' is there already; expected each query once; remove one");
        });
        return queries;
    }

    static Dictionary<string, Split> ReadSplits(string path, OrderedDictionary<string, Query> queries, FaultList faults)
    {
        var splits = new Dictionary<string, Split>();
        using var rows = new TsvTable(path, faults, "query_id", "split");
        while (rows.Next())
        {
            string id = rows["query_id"];
            Split? split = rows["split"] switch { "train" => Split.Train, "dev" => Split.Dev, "test" => Split.Test, _ => null };
            if (split is null) faults.Add(rows.Where, $"unknown split '{rows["split"]}'; expected train, dev or test; correct it");
            else if (!queries.TryGetValue(id, out var query)) faults.Add(rows.Where, $"unknown query '{id}'; expected a query of {Queries}; add it there or remove the line");
            else if (!splits.TryAdd(query.Id, split.Value)) faults.Add(rows.Where, $"query '{id}' has a split already; expected one line a query; remove one");
        }
        return splits;
    }

    static GradeScale? ReadScale(string path, FaultList faults)
    {
        if (!File.Exists(path))
        {
            faults.Add(path, "no such file; expected a data folder; run 'attar import' first");
            return null;
        }
        var file = JsonLines.Parse(File.ReadAllBytes(path), DataJson.Default.ScaleFile, path, AScale, faults);
        if (file is null) return null;
        bool ascending = file.Gains.Zip(file.Gains.Skip(1)).All(pair => pair.First <= pair.Second);
        if (file.Gains.Length < 2 || file.Grades != file.Gains.Length)
            faults.Add(path, $"{file.Grades} grades and {file.Gains.Length} gains; expected one gain for each of two or more grades; correct it");
        else if (!ascending || file.Gains.Any(gain => gain is < 0 or > 1))
            faults.Add(path, $"gains [{string.Join(", ", file.Gains)}]; expected ascending numbers from 0 to 1; correct them");
        else if (file.PositiveFrom <= 0 || file.PositiveFrom > file.Grades - 1)
            faults.Add(path, $"positiveFrom {file.PositiveFrom}; expected a rating above 0 and at most {file.Grades - 1}; correct it");
        return new GradeScale(file.Gains, file.PositiveFrom);
    }
}
