using Attar.Data;

namespace Attar.Augmentation;

/// <summary>A query and a product that the teacher is to score.</summary>
/// <param name="Source">How the product was found, one of <see cref="Sources.PairSources.All"/>.</param>
/// <param name="QuerySource">How the query came to be, one of <see cref="QuerySources.All"/>; empty where nobody wrote it down.</param>
public sealed record CandidatePair(string QueryId, string ProductId, string Source, string QuerySource = "");

/// <summary>The unlabelled pairs of a workspace, <c>pairs/pairs.tsv</c>; streamed, because there may be millions.</summary>
public static class PairStore
{
    /// <summary>Pairs with header <c>query_id product_id source query_source</c>, all pairs of a query together.</summary>
    public const string Pairs = "pairs.tsv";

    /// <summary>Queries made here, in the form of the data folder's <c>queries.jsonl</c>; may be empty.</summary>
    public const string Queries = "queries.jsonl";

    public const string Quality = "quality.json";

    const string AQuery = """{"id":"g1","text":"oak table"}""";

    public static void Write(string folder, IEnumerable<CandidatePair> pairs) => AtomicFile.WriteText(Path.Combine(folder, Pairs), writer =>
    {
        writer.WriteLine("query_id\tproduct_id\tsource\tquery_source");
        foreach (var (query, product, source, querySource) in pairs) writer.WriteLine($"{query}\t{product}\t{source}\t{querySource}");
    });

    /// <summary>Reads the pairs in their order. The whole file is checked before the first pair comes, so that faults are told before hours of work.</summary>
    /// <exception cref="InputException">naming every fault with file and line; thrown by the call, not by the enumeration.</exception>
    public static IEnumerable<CandidatePair> Read(string folder) => Read(folder, out _);

    /// <inheritdoc cref="Read(string)"/>
    public static IEnumerable<CandidatePair> Read(string folder, out long count)
    {
        string path = Path.Combine(folder, Pairs);
        var faults = new FaultList();
        count = Rows(path, faults).LongCount();
        faults.ThrowIfAny();
        return Rows(path, faults);
    }

    /// <summary>The queries made here; none when the file is empty.</summary>
    /// <exception cref="InputException">naming every fault with file and line.</exception>
    public static IReadOnlyList<Query> ReadQueries(string folder)
    {
        var path = new FileInfo(Path.Combine(folder, Queries));
        if (path is { Exists: true, Length: 0 }) return [];
        var faults = new FaultList();
        var queries = new List<Query>();
        JsonLines.Read(path.FullName, DataJson.Default.Query, AQuery, faults, (query, _) => queries.Add(query));
        faults.ThrowIfAny();
        return queries;
    }

    /// <summary>The same one by one, for there may be millions; only of a folder just written, whose lines are sound.</summary>
    internal static IEnumerable<Query> StreamQueries(string folder)
    {
        var faults = new FaultList();
        using var lines = new Utf8Lines(Path.Combine(folder, Queries), faults);
        while (Next(lines, faults) is { } query) yield return query;

        static Query? Next(Utf8Lines lines, FaultList faults) =>
            lines.Next(out var line) ? JsonLines.Parse(line, DataJson.Default.Query, lines.Where, AQuery, faults) : null;
    }

    public static void WriteQueries(string folder, IEnumerable<Query> queries) => JsonLines.Write(Path.Combine(folder, Queries), queries, DataJson.Default.Query);

    static IEnumerable<CandidatePair> Rows(string path, FaultList faults)
    {
        using var table = new TsvTable(path, faults, "query_id", "product_id", "source");
        while (table.Next())
        {
            var pair = new CandidatePair(table["query_id"], table["product_id"], table["source"], table["query_source"]);
            if (pair.QueryId.Length == 0 || pair.ProductId.Length == 0)
                faults.Add(table.Where, "a query or product without identifier; expected query_id, product_id and source; run 'attar generate' again");
            yield return pair;
        }
    }
}
