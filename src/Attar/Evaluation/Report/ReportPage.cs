using Attar.Data;

namespace Attar.Evaluation.Report;

/// <summary>The report as one self-contained page: no script, nothing loaded from elsewhere.</summary>
public static class ReportPage
{
    public static void Write(string path, EvaluationResult result, IReadOnlyList<JudgedQuery> queries, IReadOnlyList<SystemScores> systems, GradeScale scale, IReadOnlyList<TrainingCurve> curves) =>
        Page.Write(path, Draw(result, queries, systems, scale, curves));

    public static Html Draw(EvaluationResult result, IReadOnlyList<JudgedQuery> queries, IReadOnlyList<SystemScores> systems, GradeScale scale, IReadOnlyList<TrainingCurve> curves) => Page.Of("Attar report", Html.Of($"""
        <h1>Attar report · {result.Split} split, against {(result.Against == "truth" ? "the true grades" : "the raters' judgments")}</h1>
        {Verdicts.Headline(result)}
        {result.Warnings.Select(warning => Html.Of($"""<p class="warning">{warning}</p>"""))}
        {Verdicts.Claims(result)}
        <h2>Figures</h2>
        {Tables.Systems(result)}
        <p class="quiet">{Counts(result)}</p>
        <h2>Systems with their intervals</h2>
        <div class="grid-of">{Plots(result)}</div>
        {Latencies(result)}
        <h2>Comparisons, paired by query</h2>
        {Tables.Comparisons(result)}
        {(result.Orders ?? []).Select(order => Html.Of($"<p>{order.Line}.</p>"))}
        <p class="quiet">An interval clear of zero shows a difference between these models on such queries. Training again with another seed gives another model: claim no more than several seeds bear out.</p>
        {Training(curves)}
        <h2>Where the scores lie</h2>
        <p class="quiet"><span class="key r"></span>relevant pairs <span class="key o"></span>other pairs, each as shares of their number</p>
        <div class="grid-of small">{systems.Select(system => ScorePool.Of(queries, system.Scores, scale, promises: false) is var pool ? Histogram.Draw(system.Name, pool.Scores, pool.Positive) : default)}</div>
        <h2>Queries drawn at random</h2>
        <p class="quiet">The best six products by each system. The chip is the rating, from <span class="chip g0">&nbsp;least&nbsp;</span> to <span class="chip g4">&nbsp;most&nbsp;</span> relevant; the score stands on the right.</p>
        {Examples.Draw(queries, systems, result.Seed)}
        <h2>How it was measured</h2>
        <p>NDCG: {result.Variant}. Pair accuracy: the share of a query's product pairs of different rating that the scores order rightly, equal scores counting half; mean over queries. AUC, recall@p95 and recall@p80 look at all pairs of all queries at once; a pair is relevant from a rating of {scale.PositiveFrom:0.##}. Calibration error: {CalibrationError.Bins} bins of equal width, scores read as expected gains or their logits, against the judged gain.</p>
        <p>Intervals: 95 %, percentile bootstrap over queries, {result.Resamples} resamples. p: randomization test for metrics per query, bootstrap for the others. Seed {result.Seed.ToString()}, {result.Threads} threads.</p>
        """));

    static string Counts(EvaluationResult result) =>
        $"{result.Queries.Counted:N0} queries counted for NDCG, {result.Queries.LeftOut:N0} left out (a single judged product, or none with any gain); pair accuracy over {result.Queries.WithPairs:N0}; the other figures over {result.Queries.Pairs:N0} pairs."
        + (result.LatencyMilliseconds is { } latency ? $" The student reranks 100 candidates in {latency:0.0} ms (median, {result.Threads} threads)." : "");

    static Html Latencies(EvaluationResult result) =>
        (Html[])[.. Metrics.All.Where(metric => metric.Name is "ndcg@5" or "auc")
            .Select(metric => TradeOff.Draw(metric.Title, [.. result.Systems.Select(system => (system.Name, system.Metrics[metric.Name], system.LatencyMilliseconds))]))
            .Where(chart => chart.ToString().Length > 0)] is { Length: > 0 } charts
            ? Html.Of($"""
                <h2>Quality against latency</h2>
                <div class="grid-of">{charts}</div>
                <p class="quiet">Median of reranking 100 products drawn at random, one request after another, {result.Threads} threads. Up and to the left is better; a dashed line joins one model in several precisions, by their bits.</p>

                """) : default;

    static IEnumerable<Html> Plots(EvaluationResult result) =>
        Metrics.All.Where(metric => metric.Name is "ndcg@5" or "ndcg@10" or "auc")
            .Select(metric => DotPlot.Draw(metric.Title, [.. result.Systems.Select(system => (system.Name, system.Metrics[metric.Name]))]));

    static Html Training(IReadOnlyList<TrainingCurve> curves) => curves.Count == 0 ? default : Html.Of($"""
        <h2>Training</h2>
        <div class="grid-of small">{curves.SelectMany(Charts)}</div>
        """);

    static IEnumerable<Html> Charts(TrainingCurve curve)
    {
        yield return LineChart.Draw($"{curve.Model}: loss" + (curve.Unread > 0 ? $" ({curve.Unread} lines of training.tsv could not be read)" : ""), curve.Loss, smooth: true);
        if (curve.DevNdcg.Count > 0) yield return LineChart.Draw($"{curve.Model}: NDCG on dev", curve.DevNdcg, smooth: false);
    }
}
