using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Checking;
using Attar.Weights;

namespace Attar.Cli.Commands;

/// <summary><c>attar check MODEL</c>: what a model is, how it is asked, and whether it scores as at home.</summary>
static class CheckCommand
{
    const string Query = "cordless drill", Product = "18 V drill driver with two batteries";

    public static Command Create(string verb, string help)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of the workspace, a folder or a file, or weights by name (see attar models)" };
        Option<string> pairs = Flag.Text("--pairs", null, "Pairs whose scores are known: a table with the columns query, text and score, or JSON lines with these keys", "file"), template = Flag.PairTemplate();
        Option<string> workspace = Flag.Text("--workspace", "workspace", "Where a model's name is looked for", "folder");
        var command = new Command(verb, help) { model, pairs, template, workspace };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, parsed.GetValue(workspace)!), watched: false, body: execution =>
            Check(execution, parsed.GetValue(model)!, parsed.GetValue(pairs), parsed.GetValue(template))));
        return command;
    }

    static Result Check(Execution execution, string model, string? pairs, string? template)
    {
        IReadOnlyList<KnownScore> known = pairs is null ? [] : KnownScores.Read(pairs);
        using var check = new ModelCheck(execution.Options.Workspace.ModelAt(model), execution.Options.ThreadsGiven ?? Environment.ProcessorCount, template);
        IReadOnlyList<(string What, string Words)> said = known.Count > 0 ? check.Describe(known[0].Query, known[0].Text) : check.Describe(Query, Product);
        var json = new JsonObject();
        foreach ((string what, string words) in said) json[what.Replace(' ', '_')] = words;
        string text = string.Join('\n', said.Select(line => $"{line.What + ":",-8} {line.Words}"));
        if (known.Count == 0) return new Result(json, text);

        CheckOutcome outcome = check.Compare(known);
        (json["pairs_compared"], json["worst"], json["left"], json["agrees"], json["reason"], json["explanation"]) = (outcome.Pairs, outcome.Worst, outcome.Left, outcome.Agrees, outcome.Reason, outcome.Words);
        string verdict = outcome.Agrees ? $"{outcome.Pairs} pairs: all within {Figure(outcome.Worst)} of the known scores"
            : $"{outcome.Pairs} pairs: up to {Figure(outcome.Worst)} off, of known scores that span {Figure(outcome.Span)}\nreason:  {(outcome.Reason is null ? "" : $"{outcome.Reason}: ")}{outcome.Words}{(outcome.Reason is null ? "" : $"; what is left is {Figure(outcome.Left)}")}";
        return new Result(json, $"{text}\n{verdict}", outcome.Agrees ? 0 : 1);
    }

    static string Figure(double value) => value.ToString("0.###e+0", CultureInfo.InvariantCulture) is var small && value is > 0 and < .01 ? small : value.ToString("0.###", CultureInfo.InvariantCulture);
}
