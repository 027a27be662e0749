using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Models.Lora;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Teaching;

/// <summary>Fine-tunes the teacher as a classifier of grades with soft targets on the train split.</summary>
/// <param name="From">A folder of the workspace or elsewhere to start from; null starts from random weights.</param>
/// <param name="Shape">Of a teacher made from scratch; with <paramref name="From"/> the folder says it.</param>
/// <param name="MaxTokens">Budget of a pair when made from scratch.</param>
/// <param name="Lora">Trains small matrices beside the weights of <paramref name="From"/>, which stay as they are; the teacher's folder then has them merged, and one with <c>-adapter</c> behind its name apart. Null: all weights are trained.</param>
/// <param name="Name">Folder of the workspace to write: with other names several teachers can label together.</param>
/// <param name="Grades">How many grades the teacher tells apart, see <see cref="FinerGrades"/>; null: those of the data.</param>
/// <param name="Start">What becomes of the model of <paramref name="From"/> before it is trained; null: graded marks where it was not made here.</param>
public sealed record TeachStage(string? From = null, TeacherShape? Shape = null, int MaxTokens = 64, TrainingOptions? Training = null, LoraOptions? Lora = null, string Name = "teacher", int? Grades = null, ModelStart? Start = null) : Stage
{
    public override string Title => Name == "teacher" ? "teach" : $"teach {Name}";

    public override IEnumerable<string> Inputs(Workspace workspace) => TeacherTraining.Inputs(workspace, From);

    public override IEnumerable<string> Outputs(Workspace workspace) => TeacherTraining.Outputs(workspace.Model(Name), Lora);

    public override Stage Resolved(Workspace workspace) => this with { Training = Given(workspace) };

    TrainingOptions Given(Workspace workspace) => TrainingPresets.Of(Training, From, workspace, Lora != null ? TrainingOptions.LowRank : TrainingOptions.FineTuning);

    public override bool IsRanked => true;

    public override void Run(StageContext context) =>
        TeacherTraining.Run(Title, Judged(context), From, Start, Shape, MaxTokens, Lora, Given(context.Workspace), context.Workspace.Model(Name), context);

    Dataset Judged(StageContext context) => DatasetFiles.Read(context.Workspace.Data) is var dataset && Grades is { } grades ? FinerGrades.Of(dataset, grades) : dataset;
}
