using Attar.Data;
using Attar.Workspaces;

namespace Attar.Evaluation.Report;

/// <summary>What the last evaluation left in <c>runs/</c>, read back: its queries, and what each system said of their judged products.</summary>
/// <param name="Systems">Those whose run is there, in the order of the report.</param>
public sealed record KeptEvaluation(IReadOnlyList<JudgedQuery> Queries, IReadOnlyList<SystemScores> Systems, GradeScale Scale)
{
    /// <param name="result">The figures of the same evaluation.</param>
    /// <param name="products">The catalogue; a product that has gone from it is shown by its id, as a query is.</param>
    /// <exception cref="InputException">when a file is not there, or not sound.</exception>
    public static KeptEvaluation Read(Workspace workspace, EvaluationResult result, IReadOnlyDictionary<string, Product> products)
    {
        string judged = PathOf(workspace, result.Split + ".qrels");
        if (!File.Exists(judged)) throw new InputException(judged, "no such file, so that queries cannot be looked at one by one; attar evaluate writes it");
        GradeScale scale = DatasetFiles.ScaleOf(workspace.Data) ?? throw new InputException(workspace.Data, "no grades, so that judgments cannot be read; run 'attar import'");
        IReadOnlyDictionary<string, Query> known = DatasetFiles.QueriesOf(workspace.Data);
        JudgedQuery[] queries = [.. TrecQrels.Read(judged).GroupBy(line => line.QueryId).Select(lines => Of(known.GetValueOrDefault(lines.Key) ?? new Query(lines.Key, lines.Key), [.. lines], scale, products))];
        SystemScores[] systems = [.. result.Systems.Select(system => (system.Name, Path: PathOf(workspace, system.Name + ".run"))).Where(system => File.Exists(system.Path)).Select(system => Of(system.Name, system.Path, queries))];
        return new KeptEvaluation(queries, systems, scale);
    }

    static JudgedQuery Of(Query query, Qrel[] lines, GradeScale scale, IReadOnlyDictionary<string, Product> products)
    {
        double[] ratings = [.. lines.Select(line => line.Rating)];
        return new JudgedQuery(query, [.. lines.Select(line => products.GetValueOrDefault(line.ProductId) ?? new Product(line.ProductId, line.ProductId))], ratings, [.. ratings.Select(scale.Gain)]);
    }

    static SystemScores Of(string name, string path, JudgedQuery[] queries)
    {
        var run = new RunReranker(name, path, queries.Select(query => query.Query));
        return new SystemScores(name, [.. queries.Select(query => run.Score(query.Query.Text, query.Products))]);
    }

    /// <summary>Names of the figures' file lead nowhere else.</summary>
    static string PathOf(Workspace workspace, string file) => OwnedPath.Of(workspace.Runs, file, "system");
}
