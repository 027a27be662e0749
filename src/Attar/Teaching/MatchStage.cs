using Attar.Data;
using Attar.Models.Lora;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Teaching;

/// <summary>Between pre-training and teaching: the teacher learns on the query log, which needs no judge, how the words of a query and a product match.</summary>
/// <param name="From">A folder of the workspace or elsewhere to start from; null starts from random weights.</param>
/// <param name="PerQuery">Candidates of a query.</param>
/// <param name="Lora">As in <see cref="TeachStage"/>.</param>
/// <param name="Name">Folder of the workspace to write.</param>
public sealed record MatchStage(string? From = null, int PerQuery = 16, TeacherShape? Shape = null, int MaxTokens = 64, TrainingOptions? Training = null, LoraOptions? Lora = null, string Name = "teacher-matched") : Stage
{
    public override string Title => Name == "teacher-matched" ? "match" : $"match {Name}";

    public override IEnumerable<string> Inputs(Workspace workspace) => TeacherTraining.Inputs(workspace, From);

    public override IEnumerable<string> Outputs(Workspace workspace) => TeacherTraining.Outputs(workspace.Model(Name), Lora);

    public override Stage Resolved(Workspace workspace) => this with { Training = Given(workspace) };

    TrainingOptions Given(Workspace workspace) => TrainingPresets.Of((Training ?? new()).Or(new(Epochs: 1)), From, workspace, Lora != null ? TrainingOptions.LowRank : TrainingOptions.FineTuning);

    public override void Run(StageContext context)
    {
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        IEnumerable<Judgment> held = dataset.Judgments.Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Dev);
        Dataset weak = dataset with { Judgments = [.. WeakJudgments.Of(dataset, PerQuery, context.Seed), .. held] };
        TeacherTraining.Run(Title, weak, From, null, Shape, MaxTokens, Lora, Given(context.Workspace), context.Workspace.Model(Name), context);
    }
}
