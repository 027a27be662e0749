using Attar.Data.Shop;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>Reads a judged catalogue in a foreign format, or generates one, and writes the workspace's data folder.</summary>
/// <param name="Format">home-depot, chorus, csv or generated.</param>
/// <param name="Path">The folder or file to read; none for a generated shop.</param>
/// <param name="Map">For csv: which column is what, as <c>query=search_term,title=name</c>.</param>
/// <param name="Grades">For csv: the lowest and highest rating, as <c>1..3</c>; found in the file when not given.</param>
/// <param name="Shop">For generated: how large and how noisy. It has its own seed, so that several training seeds meet the same shop.</param>
public sealed record ImportStage(string Format, string? Path = null, string? Map = null, string? Grades = null, ShopOptions? Shop = null) : Stage
{
    public override string Title => "import";

    public override IEnumerable<string> Inputs(Workspace workspace) => Path is null ? [] : [Path];

    public override IEnumerable<string> Outputs(Workspace workspace) =>
        new[] { DatasetFiles.Products, DatasetFiles.Queries, DatasetFiles.Judgments, DatasetFiles.Splits, DatasetFiles.Scale }
            .Select(file => System.IO.Path.Combine(workspace.Data, file));

    public override void Run(StageContext context)
    {
        context.Progress.Report("read", 0, 2);
        var data = Importers.Import(this, context.Progress);
        context.Cancel.ThrowIfCancellationRequested();
        context.Progress.Report("write", 1, 2);
        DatasetFiles.Write(context.Workspace.Data, data);
        context.Progress.Report("write", 2, 2);
        context.Progress.Note(Summary(data));
    }

    static string Summary(Dataset data)
    {
        var perSplit = data.Judgments.CountBy(judgment => data.Splits.GetValueOrDefault(judgment.QueryId)).ToDictionary();
        string splits = string.Join(", ", Enum.GetValues<Split>().Select(split => $"{perSplit.GetValueOrDefault(split):N0} {DatasetFiles.SplitName(split)}"));
        return $"{data.Products.Count:N0} products, {data.Queries.Count:N0} queries, {data.Judgments.Count:N0} judgments ({splits}), {data.Scale.Grades} grades";
    }
}
