using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Cli.Output;
using Attar.Labeling;
using Attar.Labeling.Exchange;
using Attar.Models.Heads;
using Attar.Recipes;

namespace Attar.Cli.Commands;

/// <summary><c>attar labels import|export|merge|progress|verify</c>: the label store in the forms of other projects, of several workers, and whether it is sound.</summary>
static class LabelsCommand
{
    public static Command Create(string verb, string help) => new(verb, help) { Import(), Export(), Merge(), Progress(), Verify() };

    static Command Merge()
    {
        Option<int> round = CommonOptions.Round("Write labels-2/");
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        var command = new Command("merge", "Make labels/ of the parts that workers wrote, as one process would have") { workspace, round };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            LabelMerge merge = LabelMerge.Of(execution.Options.Workspace.Round(parsed.GetValue(round)));
            Result result = RecipeOutcome.Of(Recipe.Of(merge.Stage, merge.Seed), execution);
            merge.Discard();
            return result;
        }));
        return command;
    }

    static Command Progress()
    {
        Option<int> round = CommonOptions.Round("Of labels-2/");
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<double?> price = Flag.MaybeNumber("--hour-price", "What an hour of a worker costs, in any currency: tells what all cost");
        var command = new Command("progress", "How far workers are together, how long they still need and what they cost") { workspace, round, price };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
            Told(LabelProgress.Of(execution.Options.Workspace.Round(parsed.GetValue(round)), TimeProvider.System), parsed.GetValue(price)), watched: false));
        return command;
    }

    static Result Told(LabelProgress progress, double? price) => new(new JsonObject
    {
        ["pairs"] = progress.Pairs,
        ["done"] = progress.Done,
        ["parts"] = progress.Parts,
        ["whole"] = progress.Whole,
        ["pairs_per_second"] = Math.Round(progress.PairsPerSecond, 1),
        ["seconds_left"] = progress.Left is { } left ? Math.Round(left.TotalSeconds) : null,
        ["worker_hours"] = Math.Round(progress.Worked.TotalHours, 3),
        ["worker_hours_in_all"] = progress.WorkInAll is { } all ? Math.Round(all.TotalHours, 3) : null,
        ["cost"] = price is null ? null : Math.Round(progress.Worked.TotalHours * price.Value, 2),
        ["cost_in_all"] = progress.WorkInAll is { } whole && price is not null ? Math.Round(whole.TotalHours * price.Value, 2) : null,
        ["lost"] = new JsonArray([.. progress.Workers.Where(worker => worker.State == WorkerState.Lost).Select(worker => JsonValue.Create(worker.Part))]),
    }, WorkersTable.Of(progress, price));

    static Command Verify()
    {
        Option<bool> repair = new("--repair") { Description = "Set what is damaged aside, so that the next run makes or asks for it anew; nothing is destroyed" };
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        var command = new Command("verify", "Read all labels and all answers of teachers elsewhere, and tell what is damaged") { workspace, repair };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            bool repairs = parsed.GetValue(repair);
            IReadOnlyList<string> faults = new LabelsCheck(execution.Options.Workspace, repairs, execution.Progress.Note, execution.Cancel).Run();
            string found = faults.Count == 0 ? "all labels and answers are sound" : string.Join('\n', faults) + (repairs ? "" : "\nrun with --repair to set this aside");
            return new Result(new JsonObject { ["faults"] = new JsonArray([.. faults.Select(fault => JsonValue.Create(fault))]), ["repaired"] = repairs && faults.Count > 0 }, found, faults.Count == 0 || repairs ? 0 : 1);
        }));
        return command;
    }

    static Command Import()
    {
        Argument<LabelFormat> format = Flag.Choice<LabelFormat>("FORMAT", "neural-ranking-kd or flag-embedding");
        Argument<string> from = Flag.Argument("FILE", "The file to read");
        Option<string> teacher = Flag.Text("--teacher", "unknown", "Who scored, for the manifest", "name");
        Option<ScoreTransform?> transform = Flag.Choice("--transform", ScoreTransform.Logit, "What the scores are");
        return StageCommand.Create("import", "Make labels/ of another project's scores", [format, from], [teacher, transform],
            parsed => new ImportLabelsStage(parsed.GetValue(format), parsed.GetValue(from)!, parsed.GetValue(teacher)!, parsed.GetValue(transform) ?? ScoreTransform.Logit));
    }

    static Command Export()
    {
        Argument<LabelFormat> format = Flag.Choice<LabelFormat>("FORMAT", "neural-ranking-kd or flag-embedding");
        Argument<string> to = Flag.Argument("FILE", "The file to write");
        Option<int> round = CommonOptions.Round("Write labels-2/");
        return StageCommand.Create("export", "Write the labels for another project to train with", [format, to], [round],
            parsed => new ExportLabelsStage(parsed.GetValue(format), parsed.GetValue(to)!, parsed.GetValue(round)));
    }
}
