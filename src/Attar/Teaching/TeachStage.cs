using Attar.Data;
using Attar.Recipes;
using Attar.Training;

namespace Attar.Teaching;

/// <summary>Fine-tunes the teacher as a classifier of grades with soft targets on the train split.</summary>
/// <param name="From">A folder of the workspace or elsewhere to start from; null starts from random weights.</param>
/// <param name="Shape">Of a teacher made from scratch; with <paramref name="From"/> the folder says it.</param>
/// <param name="MaxTokens">Budget of a pair when made from scratch.</param>
public sealed record TeachStage(string? From = null, TeacherShape? Shape = null, int MaxTokens = 64, TrainingOptions? Training = null) : Stage
{
    public override string Title => "teach";

    public override IEnumerable<string> Inputs(Workspace workspace) => TeacherTraining.Inputs(workspace, From);

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Teacher];

    public override void Run(StageContext context) =>
        TeacherTraining.Run(Title, DatasetFiles.Read(context.Workspace.Data), From, Shape, MaxTokens, Training ?? new TrainingOptions(), context.Workspace.Teacher, context);
}
