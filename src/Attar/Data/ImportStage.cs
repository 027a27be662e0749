using Attar.Data.Import;
using Attar.Data.Shop;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>Reads a shop's data in foreign formats, or generates a shop, and writes the workspace's data folder.</summary>
/// <param name="Format">home-depot, chorus, generated, or how the file at <paramref name="Path"/> is written; auto finds out.</param>
/// <param name="Path">A file of judged pairs with the products' text, or a folder of files that are told apart by their columns.</param>
/// <param name="Map">Which column is what, as <c>query=search_term,products.title=name</c>; the rest is guessed and told.</param>
/// <param name="Grades">The lowest and highest rating, as <c>1..3</c>; found in the file when not given.</param>
/// <param name="Shop">For generated: how large and how noisy. It has its own seed, so that several training seeds meet the same shop.</param>
/// <param name="Products">Files of products.</param>
/// <param name="Judgments">Files of judged pairs.</param>
/// <param name="Queries">Files of queries: texts of those that judgments name by an identifier, and a log that nobody judged.</param>
/// <param name="Events">Files of what shoppers asked and did.</param>
/// <param name="Formats">Formats that are not to be found out, as <c>products=csv,judgments=trec-qrels</c>, or one for all.</param>
/// <param name="Keep">Columns of products that are kept beside their text.</param>
/// <param name="Decimal">comma or point, where the numbers of ratings leave it open or contradict each other.</param>
/// <param name="MergeAlike">Products that say the same are one.</param>
/// <param name="Locale">Rows of other locales are left out, where a column says which.</param>
public sealed record ImportStage(
    string Format = Importers.Auto, string? Path = null, string? Map = null, string? Grades = null, ShopOptions? Shop = null,
    string[]? Products = null, string[]? Judgments = null, string[]? Queries = null, string[]? Events = null,
    string? Formats = null, string[]? Keep = null, string? Decimal = null, bool MergeAlike = false, string? Locale = null) : Stage
{
    public override string Title => "import";

    public override IEnumerable<string> Inputs(Workspace workspace) => Importers.FilesOf(this);

    public override IEnumerable<string> Outputs(Workspace workspace) =>
        new[] { DatasetFiles.Products, DatasetFiles.Queries, DatasetFiles.Judgments, DatasetFiles.Splits, DatasetFiles.Scale }.Concat(Events is { Length: > 0 } ? [DatasetFiles.Events] : [])
            .Select(file => System.IO.Path.Combine(workspace.Data, file));

    public override void Run(StageContext context)
    {
        context.Progress.Report("read", 0, 2);
        var (data, events) = Importers.Import(this, context.Progress, context.Cancel);
        context.Cancel.ThrowIfCancellationRequested();
        context.Progress.Report("write", 1, 2);
        DatasetFiles.Write(context.Workspace.Data, data);
        events?.Write(System.IO.Path.Combine(context.Workspace.Data, DatasetFiles.Events), data.Queries);
        context.Progress.Report("write", 2, 2);
        if (Importers.DividesItself(Format)) QuerySplits.Tell(data, context.Progress.Note);
        context.Progress.Note(Summary(data));
    }

    internal static string Summary(Dataset data)
    {
        var perSplit = data.Judgments.CountBy(judgment => data.Splits.GetValueOrDefault(judgment.QueryId)).ToDictionary();
        string splits = string.Join(", ", Enum.GetValues<Split>().Select(split => $"{perSplit.GetValueOrDefault(split):N0} {DatasetFiles.SplitName(split)}"));
        return $"{data.Products.Count:N0} products, {data.Queries.Count:N0} queries, {data.Judgments.Count:N0} judgments ({splits}), {data.Scale.Grades} grades";
    }
}
