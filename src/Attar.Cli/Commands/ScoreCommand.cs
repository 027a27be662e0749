using System.CommandLine;
using Attar.Labeling;

namespace Attar.Cli.Commands;

/// <summary><c>attar score</c>: a system's scores of given pairs.</summary>
static class ScoreCommand
{
    public static Command Create(string verb, string help)
    {
        var preset = new ScoreStage();
        Option<string> pairs = Flag.Text("--pairs", null, "A tab-separated file with the columns query_id and product_id; default: the workspace's pairs/pairs.tsv", "file");
        Option<string> model = Flag.Text("--model", preset.Model, "Who scores: bm25, teacher, student-human or student, a model folder, or weights by name (see attar models)", "name");
        Option<string> template = Flag.PairTemplate();
        return StageCommand.Create(verb, help, [], [pairs, model, template],
            parsed => new ScoreStage(parsed.GetValue(model)!, parsed.GetValue(pairs), parsed.GetValue(template)));
    }
}
