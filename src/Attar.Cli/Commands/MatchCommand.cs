using System.CommandLine;
using Attar.Teaching;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary><c>attar match</c>: the teacher learns on the query log how words match, before people's judgments.</summary>
static class MatchCommand
{
    public static Command Create()
    {
        var preset = new MatchStage();
        Option<string> from = Flag.Text("--from", null, "A model folder of the workspace or elsewhere to start from, such as teacher-pretrained; otherwise random weights", "folder");
        Option<int> perQuery = Flag.Whole("--per-query", preset.PerQuery, "Candidates of a query", from: 2);
        var shape = new TeacherShapeFlags();
        Option<int> maxTokens = Flag.Whole("--max-tokens", preset.MaxTokens, "Tokens of one pair of a new teacher", from: 8);
        var lora = new LoraFlags();
        Option<string> name = Flag.Text("--name", preset.Name, "Folder of the workspace to write", "name");
        var training = new TrainingFlags(TrainingOptions.FromScratch with { Epochs = 1 }, TrainingOptions.FineTuning with { Epochs = 1 });
        return StageCommand.Create("match", "Let the teacher learn on the query log how words match: teacher-matched/", [], [from, perQuery, .. shape.All, maxTokens, name, .. lora.All, .. training.OnPairs],
            parsed => new MatchStage(parsed.GetValue(from), parsed.GetValue(perQuery), parsed.GetValue(from) is null ? shape.Read(parsed) : null, parsed.GetValue(maxTokens), training.Read(parsed), lora.Read(parsed), parsed.GetValue(name)!));
    }
}
