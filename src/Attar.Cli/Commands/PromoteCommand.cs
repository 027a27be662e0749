using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Evaluation.Promotion;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar promote NEW --over OLD</c>: whether a model may take the place of another, a page for who decides, and then the swap.</summary>
static class PromoteCommand
{
    const int RecentQueries = 200;

    public static Command Create(string verb, string help)
    {
        var preset = new PromotionLimits();
        var measuring = new Measuring();
        Argument<string> model = Flag.Argument("NEW", "The model that shall serve: of the workspace, a folder, or weights by name"), workspace = CommonOptions.WorkspaceArgument();
        Option<string> over = new("--over") { Description = "The model folder of the workspace whose place it takes, such as student", HelpName = "name", Required = true };
        Option<string> sign = Flag.Text("--sign", null, "Your name: you have read the page, and the model takes the place", "name");
        Option<string> split = Flag.Text("--split", measuring.Split, "Judged queries to compare on: test, dev, train or all"), against = Flag.Text("--against", measuring.Against, "judgments, or truth for a generated shop's true grades");
        Option<string> experiments = Flag.Text("--experiments", null, "The file that attar serve --experiments has: the last queries of its store show how rankings change; default: queries of the data", "file");
        Option<double> tolerance = Flag.Number("--tolerance", preset.Tolerance, "How far NDCG@5 may fall where no difference is shown");
        Option<double> loss = Flag.Number("--loss", preset.Loss, "A query that loses so much NDCG@5 is a regression"), regressions = Flag.Number("--regressions", preset.Regressions, "Share of the queries that may be");
        Option<double> slower = Flag.Number("--slower", preset.Slower, "How many times as long it may take"), overlap = Flag.Number("--overlap", preset.Overlap, "Share of the first ten products of recent queries that must stay");
        Option<int> fewest = Flag.Whole("--fewest", preset.Fewest, "Queries of a segment that is looked at", from: 2);
        Option<int> resamples = Flag.Whole("--resamples", measuring.Resamples, "Resamples of the intervals of metrics per query", from: 1);
        var command = new Command(verb, help) { model, workspace, over, sign, split, against, experiments, tolerance, loss, regressions, slower, overlap, fewest, resamples };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            var limits = new PromotionLimits(parsed.GetValue(tolerance), parsed.GetValue(fewest), parsed.GetValue(loss), parsed.GetValue(regressions), parsed.GetValue(slower), parsed.GetValue(overlap));
            var promoter = new Promoter(parsed.GetValue(model)!, parsed.GetValue(over)!, limits, new Measuring(parsed.GetValue(split)!, parsed.GetValue(against)!, parsed.GetValue(resamples)), Recent(parsed.GetValue(experiments)));
            var context = new StageContext(execution.Options.Workspace, execution.Options.SeedGiven ?? CommonOptions.DefaultSeed, execution.Options.ThreadsGiven ?? Environment.ProcessorCount, execution.Progress, TimeProvider.System, execution.Cancel);
            PromotionReport report = parsed.GetValue(sign) is { } name ? promoter.Sign(name, context) : promoter.Compare(context);
            string where = parsed.GetValue(workspace)! is "workspace" ? "" : " " + parsed.GetValue(workspace);
            return Told(report, where, Path.Combine(promoter.FolderIn(execution.Options.Workspace), PromotionReport.PageName));
        }));
        return command;
    }

    static Result Told(PromotionReport report, string where, string page) => new(
        new JsonObject
        {
            ["passed"] = report.Passed,
            ["signed_by"] = report.SignedBy,
            ["page"] = page,
            ["gates"] = new JsonArray([.. report.Gates.Select(gate => new JsonObject { ["name"] = gate.Name, ["passed"] = gate.Passed, ["said"] = gate.Said })]),
        },
        string.Join('\n', [
            .. report.Gates.Select(gate => $"{(gate.Passed ? "holds        " : "does not hold")}  {gate.Name}: {gate.Said}"),
            report.SignedBy is not null ? $"{report.New} has taken the place of {report.Old}, signed by {report.SignedBy}; what stood there is in {Path.GetDirectoryName(page)}/before"
                : report.Passed ? $"{report.New} may take the place of {report.Old}; read {page}, then: attar promote {report.New}{where} --over {report.Old} --sign NAME"
                : $"{report.New} may not take the place of {report.Old}; {page} shows why",
        ]),
        report.Passed ? 0 : 1);

    static IReadOnlyList<string>? Recent(string? file)
    {
        IReadOnlyList<string>? texts = null;
        if (file is not null)
            StoreAccess.With(file, made: true, async (_, store) =>
            {
                texts = await store.RecentTexts(RecentQueries);
                return Result.Said;
            });
        return texts is { Count: > 0 } ? texts : null;
    }
}
