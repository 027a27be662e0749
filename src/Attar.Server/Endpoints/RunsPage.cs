using Attar.Evaluation.Report;
using Attar.Server.Security;
using Attar.Server.Workbench;
using Attar.Workspaces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /runs</c>: which stages ran, the training that runs now, the curves of those that ended, and what studies found.</summary>
static class RunsPage
{
    public static void MapRunsPage(this IEndpointRouteBuilder routes) => routes.MapGet("/runs", ContentHttpResult (HttpContext context, OpenWorkspace open, KeyRing keys) =>
        PageFrame.Page(context, "Runs", "/runs", "/workbench.css", Html.Of($"<h1 class=\"unseen\">Runs</h1>{Draw(open)}"), "A stage is one step of a recipe. What it was given and what it made stands below its name.", Visitor.Of(context, keys), "/runs.js"));

    static Html Draw(OpenWorkspace open)
    {
        if (open.Workspace is not { } workspace) return PageFrame.Message("No workspace is served here.");
        bool busy = open.IsBusy;
        return Html.Of($"""
            {PageFrame.Part(() => RunsHtml.Live(TrainingCurve.ReadOpen(workspace), busy))}
            {PageFrame.Part(() => RunsHtml.Stages(open.Stages(), busy))}
            {PageFrame.Part(() => RunsHtml.Curves(TrainingCurve.ReadAll(workspace.Root)))}
            {PageFrame.Part(() => Studies(open))}
            """);
    }

    static Html Studies(OpenWorkspace open)
    {
        IReadOnlyDictionary<string, StageEntry> stages = open.Stages();
        string? measured = OpenWorkspace.MeasuredBy(stages);
        return Html.Join("", ((string[])["scaling", "ablation"]).Where(title => stages.GetValueOrDefault(title)?.Ended is not null).Select(title =>
            title != measured ? StudiesHtml.Gone(title, measured!) : open.Figures() is { } figures ? StudiesHtml.Draw(title, figures, stages[title].Ended!.Options) : default));
    }
}
