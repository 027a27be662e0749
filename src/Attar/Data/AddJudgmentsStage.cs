using Attar.Data.Import;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>Takes what people said on the judging page into the data: <c>data/judged.tsv</c>, which every stage reads beside <c>data/judgments.tsv</c>.</summary>
/// <param name="From">The file that <c>attar judge merge</c> wrote: query, product and how many chose each grade.</param>
public sealed record AddJudgmentsStage(string From) : Stage
{
    public override string Title => "add-judgments";

    public override IEnumerable<string> Inputs(Workspace workspace) =>
        [Path.GetFullPath(From), .. new[] { DatasetFiles.Products, DatasetFiles.Queries, DatasetFiles.Splits, DatasetFiles.Scale }.Select(file => Path.Combine(workspace.Data, file))];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.Combine(workspace.Data, DatasetFiles.Judged)];

    public override void Run(StageContext context)
    {
        var faults = new FaultList();
        Dataset data = DatasetFiles.Read(new Workspace(context.Workspace.Root).Data, imported: true); // what is there, not what is being made
        HashSet<string> queries = [.. data.Queries.Select(query => query.Id)], products = [.. data.Products.Select(product => product.Id)];
        List<Judgment> all = [.. JudgedTable.Read(From, data.Scale.Grades, _ => true, _ => true, faults).Select(row => row.Judgment)];
        faults.ThrowIfAny();
        Judgment[] known = [.. all.Where(judgment => queries.Contains(judgment.QueryId) && products.Contains(judgment.ProductId))];
        if (known.Length < all.Count) context.Progress.Note($"{all.Count - known.Length:N0} judgments of queries or products that the data does not have are left out");
        HashSet<string> judged = [.. known.Select(judgment => judgment.QueryId)];
        Dictionary<string, Split> splits = QuerySplits.Of(
            data.Queries.Where(query => judged.Contains(query.Id) || data.Splits.ContainsKey(query.Id)).OrderBy(query => data.Splits.ContainsKey(query.Id) ? 0 : 1), // those that have a split decide for their like
            query => data.Splits.TryGetValue(query.Id, out Split split) ? split : null, context.Progress.Note);
        JudgedTable.Write(Path.Combine(context.Workspace.Data, DatasetFiles.Judged), known, splits);
        HashSet<(string, string)> before = [.. data.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId))];
        int more = known.Count(judgment => !before.Contains((judgment.QueryId, judgment.ProductId)));
        context.Progress.Note($"{known.Length:N0} judgments of people taken in, {more:N0} of pairs that nobody had judged");
    }
}
