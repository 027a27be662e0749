using System.Globalization;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies;

/// <summary>What the pages of studies have in common, in the look of the report.</summary>
static class StudyPage
{
    /// <param name="about">What was asked, as <c>what more labels bring</c>.</param>
    /// <param name="verdicts">In words, the most important first.</param>
    /// <param name="body">Figures and comparisons.</param>
    /// <param name="caution">What the intervals do not say.</param>
    public static void Write(string path, string about, EvaluationResult result, IReadOnlyList<string> verdicts, Html body, IEnumerable<SeedMean> students, string caution) =>
        Page.Write(path, Page.Of($"Attar: {about}", Html.Of($"""
            <h1>Attar · {about} · {result.Split} split, against {(result.Against == "truth" ? "the true grades" : "the raters' judgments")}</h1>
            <p class="headline">{verdicts.FirstOrDefault("")}</p>
            <ul class="claims">{verdicts.Skip(1).Select(verdict => Html.Of($"<li>{verdict}</li>"))}</ul>
            {body}
            <h2>The seeds one by one</h2>
            {Seeds(students)}
            <h2>How it was measured</h2>
            <p>NDCG: {result.Variant}. Intervals: 95 %, percentile bootstrap over queries, {result.Resamples} resamples, of the mean over seeds; {caution}. {result.Queries.Counted.ToString("N0", CultureInfo.InvariantCulture)} queries counted for NDCG, {result.Queries.Pairs.ToString("N0", CultureInfo.InvariantCulture)} pairs.</p>
            """)));

    static Html Seeds(IEnumerable<SeedMean> students) => Html.Of($"""
        <div class="scroll"><table><thead><tr><th>student</th>{Metrics.All.Select(metric => Html.Of($"<th>{metric.Title}</th>"))}</tr></thead><tbody>
        {students.SelectMany(student => student.Seeds).Select(seed => Html.Of($"""<tr><th scope="row">{seed.Name}</th>{Metrics.All.Select(metric => Html.Of($"<td>{ResultTable.Figure(seed.Result.Metrics[metric.Name].Value)}</td>"))}</tr>"""))}
        </tbody></table></div>
        """);
}
