using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Models.Lora;
using Attar.Models.Sentences;
using Attar.Retrieval;
using Attar.Training;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Teaching;

/// <summary>Between pre-training and teaching: the teacher learns on the query log, which needs no judge, how the words of a query and a product match.</summary>
/// <param name="From">A folder of the workspace or elsewhere to start from; null starts from random weights.</param>
/// <param name="PerQuery">Candidates of a query.</param>
/// <param name="Lora">As in <see cref="TeachStage"/>.</param>
/// <param name="Name">Folder of the workspace to write.</param>
/// <param name="Start">As in <see cref="TeachStage"/>.</param>
/// <param name="LeastQueries">As many more are written about products as are missing to so many.</param>
public sealed record MatchStage(string? From = null, int PerQuery = 16, TeacherShape? Shape = null, int MaxTokens = 64, TrainingOptions? Training = null, LoraOptions? Lora = null, string Name = "teacher-matched", ModelStart? Start = null, int LeastQueries = 0) : Stage
{
    public override string Title => Name == "teacher-matched" ? "match" : $"match {Name}";

    public override IEnumerable<string> Inputs(Workspace workspace) => TeacherTraining.Inputs(workspace, From);

    public override IEnumerable<string> Outputs(Workspace workspace) => TeacherTraining.Outputs(workspace.Model(Name), Lora);

    public override Stage Resolved(Workspace workspace) => this with { Training = Given(workspace) };

    TrainingOptions Given(Workspace workspace) => TrainingPresets.Of((Training ?? new()).Or(new(Epochs: 1)), From, workspace, Lora != null ? TrainingOptions.LowRank : TrainingOptions.FineTuning);

    public override bool IsRanked => true;

    public override IEnumerable<Fault> Faults() => PerQuery < 1 ? [new("match.perQuery", $"{PerQuery}; expected 1 or more; correct the recipe (--per-query)")] : [];

    public override void Run(StageContext context)
    {
        Check();
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        dataset = dataset with { Queries = [.. dataset.Queries, .. Written(dataset, context.Seed)] };
        IEnumerable<Judgment> held = dataset.Judgments.Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Dev);
        Dataset weak = dataset with { Judgments = [.. Weak(dataset, context), .. held] };
        TeacherTraining.Run(Title, weak, From, Start, Shape, MaxTokens, Lora, Given(context.Workspace), context.Workspace.Model(Name), context);
    }

    Judgment[] Weak(Dataset dataset, StageContext context)
    {
        var weak = new WeakJudgments(dataset, PerQuery, context.Seed);
        if (From is null || context.Workspace.ModelAt(From) is var folder && !SentenceEncoder.Is(folder)) return [.. weak.ByWords()];
        using var similarity = new SimilarityReranker(From, folder, context.Threads);
        return [.. weak.BySimilarity(similarity.Score, done =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            context.Progress.Report("similarity", done, weak.Queries.Count);
        })];
    }

    /// <summary>Queries written about products, where the shop has few; none that nearly repeats one of dev or test.</summary>
    IEnumerable<Query> Written(Dataset dataset, ulong seed)
    {
        int missing = LeastQueries - WeakJudgments.QueriesOf(dataset).Count();
        if (missing <= 0) return [];
        var heldOut = new HeldOutQueries(dataset, .8);
        var writer = new QueryWriter(dataset.Products, dataset.Queries.Select(query => query.Text), null, null, query => !heldOut.Nearly(query));
        HashSet<string> ids = [.. dataset.Queries.Select(query => query.Id)];
        return writer.Write(missing, new Random((int)(seed % int.MaxValue))).Select((made, i) => new Query($"match-{i + 1}", made.Text)).Where(query => ids.Add(query.Id));
    }
}
