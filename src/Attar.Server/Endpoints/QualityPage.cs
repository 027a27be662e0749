using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Retrieval;
using Attar.Server.Security;
using Attar.Server.Workbench;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /quality?system=student</c>: the last measurement, a system against the first stage by segment and on the queries where it loses most, and audits.</summary>
sealed class QualityPage(OpenWorkspace open, KeyRing keys)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        QualityPage page = ActivatorUtilities.CreateInstance<QualityPage>(routes.ServiceProvider);
        routes.MapGet("/quality", (Delegate)page.Show); // as a RequestDelegate its result would be lost
    }

    async Task<IResult> Show(HttpContext context) => PageFrame.Page(context, "Quality", "/quality", "/workbench.css", Html.Of($"<h1 class=\"unseen\">Quality</h1>{await Draw(context)}"),
        "Choose on dev, look at test once. An interval clear of zero shows a difference between these models on such queries; another seed makes another model.", Visitor.Of(context, keys));

    async Task<Html> Draw(HttpContext context)
    {
        if (open.Workspace is not { } workspace) return PageFrame.Message("No workspace is served here.");
        return Html.Of($"""
            {await PageFrame.Part(async () => open.Figures() is { } figures ? await Measured(figures, context) : PageFrame.Message("Nothing was measured here yet: attar evaluate does it, and this page shows what it finds."))}
            {PageFrame.Part(() => AuditsHtml.Draw(workspace))}
            """);
    }

    async Task<Html> Measured(EvaluationResult figures, HttpContext context)
    {
        string? stage = null;
        Html record = PageFrame.Part(() =>
        {
            stage = OpenWorkspace.MeasuredBy(open.Stages());
            return default(Html);
        });
        return Html.Of($"""
            {record}
            {QualityHtml.Figures(figures, stage)}
            {await PageFrame.Part(async () => stage is null or "evaluate" ? await Pair(figures, context) : PageFrame.Message($"Measured by the {stage} study, which keeps figures and no rankings. attar evaluate shows queries one by one."))}
            """);
    }

    async Task<Html> Pair(EvaluationResult figures, HttpContext context)
    {
        SystemPairs kept = await open.Rankings(figures, context.RequestAborted);
        string asked = context.Request.Query["system"].ToString();
        SystemScores? first = kept.Systems.FirstOrDefault(system => system.Name == Rerankers.Bm25) ?? kept.Systems.FirstOrDefault();
        SystemScores[] others = [.. kept.Systems.Where(system => system != first)];
        if (others.Length == 0) return PageFrame.Message("There is one system only, and nothing to compare it with.");
        SystemScores ranker = others.FirstOrDefault(system => system.Name == asked) ?? others.FirstOrDefault(system => system.Name == "student") ?? others[^1];
        SystemPair pair = await Task.Run(() => kept.Of(first!, ranker), context.RequestAborted);
        return QualityHtml.Pair(pair, [.. others.Select(system => system.Name)]);
    }
}
