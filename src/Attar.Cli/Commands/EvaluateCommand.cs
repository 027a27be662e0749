using System.CommandLine;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Cli.Commands;

/// <summary><c>attar evaluate</c>: measures and compares the workspace's systems.</summary>
static class EvaluateCommand
{
    public static Command Create(string verb, string help)
    {
        var defaults = new Measuring();
        Option<string> systems = Flag.Text("--systems", null, "What to compare, baseline first; default: bm25,teacher,student-human,student. From elsewhere: NAME=FOLDER of a model or weights by name (see attar models), NAME=FOLDER+FOLDER for the mean of several, NAME=FILE.run of TREC lines", "names");
        Option<string> against = Flag.Text("--against", defaults.Against, "judgments, or truth for a generated shop's true grades");
        Option<string> split = Flag.Text("--split", defaults.Split, "test, dev or train: choose on dev, look at test once; all where no judgment was learnt from");
        Option<int> resamples = Flag.Whole("--resamples", defaults.Resamples, "Resamples of the interval of a metric per query", from: 1);
        Option<int> pooled = Flag.Whole("--pooled-resamples", defaults.PooledResamples, "Resamples of the interval of a metric over all pairs", from: 1);
        Option<Dictionary<string, string>?> templates = Flag.PairTemplatesByName();
        return StageCommand.Create(verb, help, [], [systems, against, split, resamples, pooled, templates],
            parsed => new EvaluateStage(
                parsed.GetValue(systems)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                parsed.GetValue(against)!, parsed.GetValue(split)!, parsed.GetValue(resamples), parsed.GetValue(pooled), parsed.GetValue(templates)));
    }
}
