using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Retrieval;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>Scores pairs of queries and products of the workspace: <c>scores/MODEL.tsv</c> with header <c>query_id product_id score</c>.</summary>
/// <param name="Model">bm25, teacher, student-human or student, or a model elsewhere; all but the first also as student@int8. A path or a reference stands in the file's name with other signs for those that no file can have.</param>
/// <param name="Pairs">A tab-separated file with the columns query_id and product_id; null stands for the workspace's generated pairs.</param>
/// <param name="PairTemplate">How pairs are written, a text with {query} and {product}; null: as the model says.</param>
public sealed record ScoreStage(string Model = "student", string? Pairs = null, string? PairTemplate = null) : Stage
{
    /// <summary>Products scored between two reports of progress.</summary>
    const int Chunk = 1024;

    public override string Title => $"score {Model}";

    public override IEnumerable<string> Inputs(Workspace workspace) =>
        Model == Rerankers.Bm25 ? [workspace.Data, PathIn(workspace)] : [workspace.Data, PathIn(workspace), .. Folders(workspace.Resolve(ModelReference.Parse(Model).Folder))];

    /// <summary>The model's, and that of the model it is an adapter of.</summary>
    static IEnumerable<string> Folders(string model) => new[] { model, AdapterFolder.BaseOf(model) }.Distinct();

    public override IEnumerable<string> Outputs(Workspace workspace) => [OutputIn(workspace)];

    public override void Run(StageContext context)
    {
        Dataset data = DatasetFiles.Read(context.Workspace.Data);
        List<(Query Query, Product Product)> pairs = ReadPairs(PathIn(context.Workspace), data);
        IReranker reranker = Rerankers.Load(context.Workspace, data, Model, context.Threads, PairTemplate);
        using var disposed = reranker as IDisposable;
        AtomicFile.WriteText(OutputIn(context.Workspace), writer =>
        {
            writer.WriteLine("query_id\tproduct_id\tscore");
            int done = 0;
            foreach (var group in pairs.GroupBy(pair => pair.Query))
                foreach (var chunk in group.Select(pair => pair.Product).Chunk(Chunk))
                {
                    context.Cancel.ThrowIfCancellationRequested();
                    float[] scores = reranker.Score(group.Key.Text, chunk);
                    for (int i = 0; i < chunk.Length; i++)
                        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Key.Id}\t{chunk[i].Id}\t{scores[i]:R}"));
                    context.Progress.Report(Title, done += chunk.Length, pairs.Count);
                }
        });
        if ((reranker as ModelReranker)?.CutNote is { } note) context.Progress.Note($"score: {note}");
    }

    string PathIn(Workspace workspace) => Pairs ?? Path.Combine(workspace.Pairs, PairStore.Pairs);

    string OutputIn(Workspace workspace) => Path.Combine(workspace.Scores, WeightReference.FileNameOf(Model) + ".tsv");

    static List<(Query, Product)> ReadPairs(string path, Dataset data)
    {
        Dictionary<string, Query> queries = data.Queries.ToDictionary(query => query.Id);
        Dictionary<string, Product> products = data.Products.ToDictionary(product => product.Id);
        var pairs = new List<(Query, Product)>();
        var faults = new FaultList();
        using var table = new TsvTable(path, faults, "query_id", "product_id");
        while (table.Next())
        {
            bool knownQuery = queries.TryGetValue(table["query_id"], out Query? query), knownProduct = products.TryGetValue(table["product_id"], out Product? product);
            if (!knownQuery) faults.Add(table.Where, $"unknown query '{table["query_id"]}'; expected an id of data/queries.jsonl; correct the line");
            if (!knownProduct) faults.Add(table.Where, $"unknown product '{table["product_id"]}'; expected an id of data/products.jsonl; correct the line");
            if (knownQuery && knownProduct) pairs.Add((query!, product!));
        }
        faults.ThrowIfAny();
        return pairs;
    }
}
