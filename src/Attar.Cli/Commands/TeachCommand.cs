using System.CommandLine;
using Attar.Teaching;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary><c>attar teach</c>: the teacher learns the raters' grades.</summary>
static class TeachCommand
{
    public static Command Create(string verb, string help)
    {
        Option<string> from = Flag.Text("--from", null, "A model to start from: of the workspace, such as teacher-pretrained, a folder, or weights by name, such as minilm (see attar models); otherwise random weights", "model");
        var shape = new TeacherShapeFlags();
        Option<int> maxTokens = Flag.Whole("--max-tokens", new TeachStage().MaxTokens, "Tokens of one pair; default with --from: the model's own, or 64", from: 8);
        var start = new StartFlags(from, shape.Layers, maxTokens);
        var lora = new LoraFlags();
        Option<string> name = Flag.Text("--name", new TeachStage().Name, "Folder of the workspace to write; with other names several teachers can label together", "name");
        Option<int> grades = Flag.Whole("--grades", 0, "Grades that the teacher tells apart, where ratings are means: more than the data's, such as 5 for 3; 0: the data's", from: 0);
        var training = new TrainingFlags(TrainingOptions.FromScratch, TrainingOptions.FineTuning);
        return StageCommand.Create(verb, help, [], [from, .. start.All, .. shape.All, maxTokens, name, grades, .. lora.All, .. training.OnPairs],
            parsed => new TeachStage(parsed.GetValue(from), parsed.GetValue(from) is null ? shape.Read(parsed) : null, parsed.GetValue(from) is null ? parsed.GetValue(maxTokens) : new TeachStage().MaxTokens, training.Read(parsed), lora.Read(parsed), parsed.GetValue(name)!, parsed.GetValue(grades) is > 0 and var finer ? finer : null, start.Read(parsed)));
    }
}
