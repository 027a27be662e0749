using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Recipes;
using Attar.Studies;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench label</c> and <c>attar bench targets</c>: how fast labels are made, and read for training.</summary>
static class BenchLabelCommand
{
    public static Command Create()
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> teacher = Flag.Text("--teacher", "teacher", "A model of the workspace, a model folder or weights by name, in fewer bits as teacher@int8", "name");
        Option<int> pairs = Flag.Whole("--pairs", 30_000, "Pairs to label", from: 1), rounds = Flag.Whole("--rounds", 3, "How often; the median counts", from: 1);
        Option<string> template = Flag.PairTemplate();
        var command = new Command("label", "Time labelling beside the teacher's scoring alone, given all tokens") { workspace, teacher, template, pairs, rounds };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            LabelSpeed speed = LabelBenchmark.Run(parsed.GetValue(teacher)!, parsed.GetValue(pairs), parsed.GetValue(rounds), parsed.GetValue(template), execution.ContextFor(Nothing));
            return new Result(
                new JsonObject { ["pairs"] = speed.Pairs, ["forward_pairs_per_s"] = Math.Round(speed.Forward, 1), ["label_pairs_per_s"] = Math.Round(speed.Labelled, 1), ["share"] = Math.Round(speed.Share, 3), ["tokens"] = Math.Round(speed.Tokens, 1), ["computed_tokens"] = Math.Round(speed.Computed, 1) },
                string.Create(CultureInfo.InvariantCulture, $"{speed.Pairs:n0} pairs of {speed.Tokens:0.0} tokens, {speed.Computed:0.0} of them computed: {speed.Labelled:n0} labelled a second, {speed.Forward:n0} scored: {100 * speed.Share:0} %"));
        }));
        return command;
    }

    public static Command CreateTargets()
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        var command = new Command("targets", "Time an epoch of reading the labels as 'attar distill' does, without the student") { workspace };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            TargetSpeed speed = TargetBenchmark.Run(execution.ContextFor(Nothing));
            return new Result(
                new JsonObject
                {
                    ["pairs"] = speed.Pairs,
                    ["tokens"] = speed.Tokens,
                    ["batches"] = speed.Batches,
                    ["prepared_s"] = Math.Round(speed.Prepared, 2),
                    ["planned_s"] = Math.Round(speed.Planned, 2),
                    ["read_s"] = Math.Round(speed.Read, 2),
                    ["tokens_per_s"] = Math.Round(speed.Tokens / speed.Read),
                },
                string.Create(CultureInfo.InvariantCulture, $"{speed.Pairs:n0} pairs: prepared in {speed.Prepared:0.0} s, an epoch planned in {speed.Planned:0.0} s, its {speed.Batches:n0} batches read in {speed.Read:0.0} s: {speed.Tokens / speed.Read:n0} tokens/s"));
        }));
        return command;
    }

    static Recipe Nothing { get; } = new("bench", "", new Dictionary<string, string>(), CommonOptions.DefaultSeed, null, [], []);
}
