using System.CommandLine;
using Attar.Teaching;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary><c>attar match</c>: the teacher learns on the query log how words match, or what an encoder of sentences knows, before people's judgments.</summary>
static class MatchCommand
{
    public static Command Create(string verb, string help)
    {
        var preset = new MatchStage();
        Option<string> from = Flag.Text("--from", null, "A model to start from: of the workspace, such as teacher-pretrained, a folder, or weights by name, such as minilm (see attar models); otherwise random weights", "model");
        Option<int> perQuery = Flag.Whole("--per-query", preset.PerQuery, "Candidates of a query", from: 2);
        var shape = new TeacherShapeFlags();
        Option<int> maxTokens = Flag.Whole("--max-tokens", preset.MaxTokens, "Tokens of one pair; default with --from: the model's own, or 64", from: 8);
        var start = new StartFlags(from, shape.Layers, maxTokens);
        Option<int> leastQueries = Flag.Whole("--least-queries", 2000, "Queries are written about products, where the log has fewer", from: 0);
        var lora = new LoraFlags();
        Option<string> name = Flag.Text("--name", preset.Name, "Folder of the workspace to write", "name");
        var training = new TrainingFlags(TrainingOptions.FromScratch with { Epochs = 1 }, TrainingOptions.FineTuning with { Epochs = 1 });
        return StageCommand.Create(verb, help, [], [from, .. start.All, perQuery, leastQueries, .. shape.All, maxTokens, name, .. lora.All, .. training.OnPairs],
            parsed => new MatchStage(parsed.GetValue(from), parsed.GetValue(perQuery), parsed.GetValue(from) is null ? shape.Read(parsed) : null, parsed.GetValue(from) is null ? parsed.GetValue(maxTokens) : preset.MaxTokens, training.Read(parsed), lora.Read(parsed), parsed.GetValue(name)!, start.Read(parsed), parsed.GetValue(leastQueries)));
    }
}
