using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Evaluation.CutOffs;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar calibrate MODEL</c>: the score below which products are not worth showing, by judgments.</summary>
static class CalibrateCommand
{
    public static Command Create(string verb, string help)
    {
        var measuring = new Measuring(Measuring.Dev);
        Argument<string> model = Flag.Argument("MODEL", "A model of the workspace, such as student or student@int8, or a folder"), workspace = CommonOptions.WorkspaceArgument();
        Option<double> precision = Flag.Number("--precision", .9, "Share of the products shown that shall be relevant");
        Option<double?> grade = Flag.MaybeNumber("--grade", "From which rating a product is; default: as the data says");
        Option<string> split = Flag.Text("--split", measuring.Split, "Judged queries to choose on: dev, train, test or all"), against = Flag.Text("--against", measuring.Against, "judgments, or truth for a generated shop's true grades");
        Option<int> resamples = Flag.Whole("--resamples", measuring.PooledResamples, "Resamples of the interval", from: 1);
        Option<string> template = Flag.PairTemplate();
        var command = new Command(verb, help) { model, workspace, precision, grade, split, against, resamples, template };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            var calibrator = new Calibrator(parsed.GetValue(model)!, parsed.GetValue(precision), parsed.GetValue(grade), new Measuring(parsed.GetValue(split)!, parsed.GetValue(against)!, PooledResamples: parsed.GetValue(resamples)), parsed.GetValue(template));
            var context = new StageContext(execution.Options.Workspace, execution.Options.SeedGiven ?? CommonOptions.DefaultSeed, execution.Options.ThreadsGiven ?? Environment.ProcessorCount, execution.Progress, TimeProvider.System, execution.Cancel);
            (CutOff cutOff, string path, IReadOnlyList<string> warnings) = calibrator.Run(context);
            return Told(calibrator.Model, cutOff, path, warnings);
        }));
        return command;
    }

    static Result Told(string model, CutOff cutOff, string path, IReadOnlyList<string> warnings) => new(
        new JsonObject
        {
            ["score"] = cutOff.Score,
            ["probability"] = Sigmoid(cutOff.Score),
            ["precision"] = cutOff.Precision,
            ["low"] = cutOff.Low,
            ["high"] = cutOff.High,
            ["held_out"] = cutOff.HeldOut,
            ["recall"] = cutOff.Recall,
            ["cut"] = cutOff.Cut,
            ["emptied"] = cutOff.Emptied,
            ["grade"] = cutOff.Grade,
            ["queries"] = cutOff.Queries,
            ["pairs"] = cutOff.Pairs,
            ["file"] = path,
            ["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]),
        },
        string.Join('\n', [
            string.Create(CultureInfo.InvariantCulture, $"cut-off    {cutOff.Score:0.000} as a logit, {Sigmoid(cutOff.Score):0.0000} as a score from 0 to 1"),
            string.Create(CultureInfo.InvariantCulture, $"precision  {Figure(cutOff.Precision)} ({Figure(cutOff.Low)} to {Figure(cutOff.High)}), on queries held out {Figure(cutOff.HeldOut ?? double.NaN)}: grade {cutOff.Grade:0.##} or more, {cutOff.Shown:N0} of {cutOff.Pairs:N0} judged pairs of {cutOff.Queries:N0} queries of {cutOff.Split}"),
            string.Create(CultureInfo.InvariantCulture, $"recall     {Figure(cutOff.Recall)}"),
            string.Create(CultureInfo.InvariantCulture, $"left out   {cutOff.Cut:0.0%} of the products; {cutOff.Emptied:0.0%} of the queries have none left"),
            .. warnings.Select(warning => $"warning: {warning}"),
            $"written to {path}; requests ask with \"min_score\": \"calibrated\", all of them with attar serve --min-score calibrated --model {model}",
        ]));

    static string Figure(double value) => ResultTable.Figure(value);

    static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
