using System.Globalization;
using Attar.Evaluation;
using Attar.Evaluation.Audit;
using Attar.Evaluation.Promotion;
using Attar.Evaluation.Report;
using Attar.Server.Workbench;

namespace Attar.Server.Endpoints;

/// <summary>How an evaluation looks.</summary>
static class QualityHtml
{
    /// <param name="stage">Which measured; null where nobody remembers.</param>
    public static Html Figures(EvaluationResult figures, string? stage) => Html.Of($"""
        <section class="part" aria-labelledby="of-figures"><h2 id="of-figures">Figures <small>{stage ?? "evaluate"}, {figures.Split} split</small></h2>
        {(Headline(figures) is { } headline ? Html.Of($"""<p class="verdict">{headline}.</p>""") : default)}
        {figures.Warnings.Select(PageFrame.Warning)}
        {Tables.Systems(figures)}
        <div class="charts">{Attar.Evaluation.Metrics.All.Where(metric => metric.Name is "ndcg@5" or "ndcg@10" or "auc").Select(metric => DotPlot.Draw(metric.Title, [.. figures.Systems.Select(system => (system.Name, system.Metrics[metric.Name]))]))}</div>
        <details><summary>Comparisons, paired by query</summary>{Tables.Comparisons(figures)}</details>
        <p class="soft">{Counts(figures)} Against {(figures.Against == "truth" ? "the true grades" : "the raters’ judgments")}. NDCG: {figures.Variant}. <a href="/quality/report">The whole report</a></p>
        </section>
        """);

    static string? Headline(EvaluationResult figures) =>
        (figures.Comparisons.FirstOrDefault(one => one.A == "student" && one.B == figures.Systems[0].Name && one.Metric == "ndcg@5") ?? figures.Comparisons.FirstOrDefault(one => one.Metric == "ndcg@5")) is { } first ? Verdicts.InWords(first) : null;

    static string Counts(EvaluationResult figures) => string.Create(CultureInfo.InvariantCulture,
        $"{figures.Queries.Counted:N0} queries, {figures.Queries.LeftOut:N0} left out that say nothing of a ranking, {figures.Queries.Pairs:N0} judged pairs.");

    /// <param name="others">Systems that may be asked for in this one's place.</param>
    public static Html Pair(SystemPair pair, string[] others) => Html.Of($"""
        <section class="part" aria-labelledby="of-segments"><h2 id="of-segments">{pair.Ranker.Name} against {pair.First.Name} by segment <small>NDCG@5</small></h2>
        {(others.Length > 1 ? Html.Of($"""<nav aria-label="Systems">{others.Select(name => Html.Of($"""<a href="/quality?system={Uri.EscapeDataString(name)}"{(name == pair.Ranker.Name ? Html.Of($" aria-current=\"true\"") : default)}>{name}</a>"""))}</nav>""") : default)}
        {(pair.Segments.Count == 0 ? PageFrame.Message("No segment has enough queries.") : Html.Of($"""
            <div class="charts">{pair.Segments.GroupBy(segment => segment.Of).Where(dimension => dimension.Count() > 1).Select(dimension => SegmentBars.Draw($"Difference of NDCG@5 by {Spoken(dimension.Key)}", dimension.Key, [.. dimension.OrderBy(segment => dimension.Key == "query-length" ? segment.Segment : "", StringComparer.Ordinal).Select(segment => ($"{segment.Segment} ({segment.Queries})", (IReadOnlyList<Estimate?>)[new Estimate(segment.Difference, segment.Low, segment.High)]))], [pair.Ranker.Name]))}</div>
            <details><summary>Figures</summary>{SegmentTable.Draw(pair.Segments, pair.First.Name, pair.Ranker.Name)}</details>
            """))}
        <p class="soft">A query belongs to the segment of its most relevant product. Rarity is that of the query’s rarest word in the catalogue; popularity, how often the product is judged. Numbers in brackets are queries. q is p of the randomization test, adjusted for as many segments: up to .05 a difference counts as shown.</p>
        </section>
        <section class="part" aria-labelledby="of-worst"><h2 id="of-worst">Where {pair.Ranker.Name} loses most <small>NDCG@5</small></h2>
        <p class="soft">It loses to {pair.First.Name} on {pair.Losing.ToString("N0", CultureInfo.InvariantCulture)} of {pair.Counted.ToString("N0", CultureInfo.InvariantCulture)} queries{(pair.Losing > pair.Worst.Count ? $"; the worst {pair.Worst.Count} are here" : "")}. The chip is the rating, <span class="chip g0">&nbsp;least&nbsp;</span> to <span class="chip g4">&nbsp;most&nbsp;</span> relevant; the number on the right is the score.</p>
        {pair.Worst.Select(query => Worst(query, pair))}
        </section>
        """);

    static Html Worst(QueryPair query, SystemPair pair) => Html.Of($"""
        <details class="query"><summary><bdi>{query.Query.Query.Text}</bdi> <small>{ResultTable.Figure(query.First)} → {ResultTable.Figure(query.Ranker)}</small></summary>
        {Examples.Sides(query.Query, query.Place, [pair.First, pair.Ranker])}
        <p class="inner"><a href="/?q={Uri.EscapeDataString(query.Query.Query.Text)}">Search for it</a></p></details>
        """);

    static string Spoken(string dimension) => dimension.Replace('-', ' ');
}
