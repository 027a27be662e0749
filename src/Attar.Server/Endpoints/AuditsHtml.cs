using Attar.Evaluation.Audit;
using Attar.Evaluation.Report;
using Attar.Labeling.Audit;
using Attar.Server.Workbench;
using Attar.Workspaces;

namespace Attar.Server.Endpoints;

/// <summary>What audits found, a line each, and where the whole of it stands.</summary>
static class AuditsHtml
{
    public static Html Draw(Workspace workspace)
    {
        Html[] lines =
        [
            .. Line(workspace, "pairs", "The pairs that the teacher is asked about", path => PairAuditPage.Headline(PairAudit.Read(path))),
            .. Line(workspace, "teacher", "Where the teacher errs", path => TeacherAuditPage.Headline(TeacherAudit.Read(path))),
        ];
        return Html.Of($"""
            <section class="part" aria-labelledby="of-audits"><h2 id="of-audits">Audits</h2>
            {(lines.Length > 0 ? Html.Of($"{lines}") : PageFrame.Message("None was made here yet: attar audit pairs and attar audit teacher do it."))}
            </section>
            """);
    }

    static IEnumerable<Html> Line(Workspace workspace, string name, string what, Func<string, string> headline)
    {
        string path = Path.Combine(workspace.Audit, name + ".json");
        if (File.Exists(path)) yield return PageFrame.Part(() => Html.Of($"""<p><a href="/quality/{name}">{what}</a>, {StageText.Date(File.GetLastWriteTimeUtc(path))}: {headline(path)}.</p>"""));
    }
}
