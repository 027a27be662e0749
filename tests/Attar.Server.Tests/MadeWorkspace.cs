using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Evaluation.Report;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Server.Tests;

/// <summary>A workspace as stages leave it: thirty judged queries, each for one of ten drills. The student knows every grade, but turns the order of the first query round.</summary>
static class MadeWorkspace
{
    /// <summary>A query and a title that would be markup.</summary>
    public const string Hostile = "<script>document.title='harmed'</script>";

    public static Product[] Products { get; } = [.. Enumerable.Range(0, 10).Select(i => new Product($"p{i}", i == 0 ? $"drill {Hostile}" : $"cordless drill {i}", "Nordvik", "Tools"))];

    /// <summary>Data, an evaluation and its record.</summary>
    public static Workspace Write(string root)
    {
        var workspace = new Workspace(root);
        Query[] queries = [.. Enumerable.Range(0, 30).Select(i => new Query($"q{i}", i == 0 ? $"drill {Hostile}" : i % 2 == 0 ? "drill" + i : "cordless drill " + i))];
        Judgment[] judgments = [.. queries.SelectMany((query, q) => Products.Take(5).Select((product, p) => new Judgment(query.Id, product.Id, (p + q) % 3)))];
        var data = new Dataset(new GradeScale([0, .5, 1], 1), Products, queries, judgments, queries.ToDictionary(query => query.Id, _ => Split.Test));
        DatasetFiles.Write(workspace.Data, data);
        var context = new StageContext(workspace, 1, 1, new NoteLines(_ => { }), TimeProvider.System, CancellationToken.None);
        new EvaluateStage(["bm25", "student"], Resamples: 200, PooledResamples: 100).Run(context, data, system => new Knowing(system.Name, data));
        Stage(workspace, "import", new JsonObject { ["format"] = "csv" }, 1, ["data"], 1.5);
        Stage(workspace, "distill student", new JsonObject { ["student"] = "student", ["from"] = null, ["training"] = new JsonObject { ["epochs"] = 2 } }, 2, ["student"], 185);
        Stage(workspace, "evaluate", new JsonObject { ["split"] = "test" }, 3, ["report/metrics.json"], 7);
        Curve(Path.Combine(workspace.Student, "training.tsv"), total: 0);
        return workspace;
    }

    /// <param name="outputs">Null of one that has not ended.</param>
    public static void Stage(Workspace workspace, string title, JsonObject options, int minute, string[]? outputs, double seconds = 1)
    {
        WorkspaceRecord record = WorkspaceRecord.Load(workspace);
        var began = new DateTimeOffset(2026, 11, 30, 9, minute, 0, TimeSpan.Zero);
        record.Stages[title] = new StageEntry(options, 1, new() { ["data"] = "00" }, began, outputs is null ? null : began.AddSeconds(seconds), outputs is null ? null : seconds, outputs is null ? null : new(outputs.ToDictionary(path => path, _ => "00")));
        record.Save(workspace);
    }

    /// <summary>A training that has come to step 60.</summary>
    /// <param name="total">Steps of the whole; 0 where it ended.</param>
    public static string Curve(string path, int total)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, ["step\tloss\tdev_ndcg", .. Enumerable.Range(1, 60).Select(step => FormattableString.Invariant($"{step}\t{1.0 / step:0.000000}\t{(step % 20 == 0 ? $".8{step}" : "")}{(total > 0 ? $"\t{total}" : "")}"))]);
        return path;
    }

    /// <summary>The file of a training that has not ended.</summary>
    public static string OpenCurve(Workspace workspace) => Path.Combine(workspace.Root, ".making", "distill-student-0a1b2c3d", "student", "checkpoints", "training.tsv");

    sealed class Knowing(string name, Dataset data) : IReranker
    {
        readonly Dictionary<(string, string), double> ratings = data.Judgments.ToDictionary(one => (data.Queries.First(query => query.Id == one.QueryId).Text, one.ProductId), one => one.Rating);

        public string Name => name;

        public float[] Score(string query, IReadOnlyList<Product> products) => [.. products.Select((product, place) =>
            name == "bm25" ? -place : (float)ratings.GetValueOrDefault((query, product.Id)) * (query == data.Queries[0].Text ? -1 : 1))];
    }
}
