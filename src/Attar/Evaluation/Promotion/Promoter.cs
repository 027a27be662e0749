using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Attar.Data;
using Attar.Evaluation.Audit;
using Attar.Evaluation.Drift;
using Attar.Evaluation.Report;
using Attar.Retrieval;
using Attar.Tensors.Kernels;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Evaluation.Promotion;

/// <summary>Whether a model may take the place of another: what is better and what is worse, by segment and by query, how quick it is, and how scores move.</summary>
/// <param name="New">A model of the workspace or elsewhere.</param>
/// <param name="Old">A model folder of the workspace: the place that is to be taken.</param>
/// <param name="Recent">Queries whose rankings are compared without judgments; null: some of the data's.</param>
public sealed record Promoter(string New, string Old, PromotionLimits Limits, Measuring Measuring, IReadOnlyList<string>? Recent = null)
{
    /// <summary>How a model is read; tests have none.</summary>
    internal Func<Dataset, string, StageContext, IReranker> Load { get; init; } = (data, name, context) => Rerankers.Load(context.Workspace, data, name, context.Threads);

    const int MostShown = 20;

    /// <summary>Where the page and what was found are kept.</summary>
    public string FolderIn(Workspace workspace) => Path.Combine(workspace.Root, "promotions", $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(New))}-over-{Old}");

    /// <exception cref="InputException">when a model is not there, or there is nothing to measure on.</exception>
    public void Check(Workspace workspace)
    {
        if (Limits.Faults().Concat(Measuring.Faults("--")).ToArray() is { Length: > 0 } faults) throw new InputException(faults, faults.Length);
        string place = workspace.Model(Old);
        if (OwnedPath.IsLink(place)) throw new InputException(place, "is a link; a promotion replaces a folder of the workspace itself");
        foreach ((string option, string folder) in ((string, string)[])[("NEW", workspace.ModelAt(New)), ("--over", workspace.ModelAt(Old))])
            if (!Directory.Exists(folder)) throw new InputException(option, $"{folder} is a file; expected a model's folder");
    }

    /// <summary>What the judgement rests on: while these are the same, so is the report.</summary>
    public string[] Digests(Workspace workspace) =>
        [DigestOf(workspace.ModelAt(New)), DigestOf(workspace.ModelAt(Old)), DigestOf(workspace.Data), DigestOf(FormattableString.Invariant($"{Limits} {Measuring}"), [])];

    /// <summary>Compares and writes the page.</summary>
    public PromotionReport Compare(StageContext context)
    {
        using var held = new WorkspaceLock(context.Workspace);
        Workspace workspace = context.Workspace;
        Check(workspace);
        if (Same(workspace)) throw new InputException("NEW", $"{New} is what stands at {Old} already");
        string[] digests = Digests(workspace);
        Dataset data = DatasetFiles.Read(workspace.Data);
        List<JudgedQuery> queries = JudgedQuery.Of(data, Measuring.Queries, Measuring.Truth);
        IReranker old = Load(data, Old, context), now = Load(data, New, context);
        using IDisposable? heldOld = old as IDisposable, heldNew = now as IDisposable;
        SystemScores before = Measured(Old, old, queries, data, context), after = Measured(New, now, queries, data, context);
        Comparison[] comparisons = [.. after.Against(before, Measuring.Resamples, context.Seed)];
        double[] ndcgBefore = Ndcgs(queries, before), ndcgAfter = Ndcgs(queries, after);
        IReadOnlyList<SegmentChange> segments = Segments.Of(queries, ndcgBefore, ndcgAfter, Segmentation.Of(data), Limits.Fewest, Measuring.Resamples, context.Seed);
        int[] counted = [.. Enumerable.Range(0, queries.Count).Where(q => double.IsFinite(ndcgBefore[q])).OrderBy(q => ndcgAfter[q] - ndcgBefore[q])];
        int[] regressed = [.. counted.Where(q => ndcgBefore[q] - ndcgAfter[q] >= Limits.Loss)];
        (double oldMs, double newMs) = Latencies(old, now, queries, data, context);
        List<float> scores = [];
        ScoreDrift? drift = Drifts.Of(Recent ?? Drifts.Drawn(data, context.Seed), new Bm25Index(data.Products), Drifts.Candidates, old, now, done => context.Progress.Report("drift", done, 0), scores);

        Comparison ndcg = comparisons.First(comparison => comparison.Metric == "ndcg@5");
        SegmentChange[] worse = [.. segments.Where(segment => segment.Verdict == Comparison.Worse)];
        double share = (double)regressed.Length / counted.Length;
        List<Gate> gates =
        [
            new("NDCG@5", ndcg.Verdict != Comparison.Worse && ndcg.Difference >= -Limits.Tolerance, $"{ResultTable.Signed(ndcg.Difference)} ({ResultTable.Signed(ndcg.Low)} to {ResultTable.Signed(ndcg.High)}): {ndcg.Verdict}; at most {Limits.Tolerance.ToString(CultureInfo.InvariantCulture)} less, and not shown to be worse"),
            new("segments", worse.Length == 0, worse.Length == 0 ? $"none of {segments.Count} shown to be worse" : "worse: " + string.Join(", ", worse.Select(segment => $"{segment.Of} {segment.Segment} ({ResultTable.Signed(segment.Difference)} on {segment.Queries} queries)"))),
            new("regressions", share <= Limits.Regressions, string.Create(CultureInfo.InvariantCulture, $"{regressed.Length} of {counted.Length} queries lose {Limits.Loss} or more NDCG@5 ({share:0.0%}); at most {Limits.Regressions:0.#%}")),
            new("latency", newMs <= Limits.Slower * oldMs, string.Create(CultureInfo.InvariantCulture, $"{newMs:0.0} ms for 100 products, {oldMs:0.0} before; at most {Limits.Slower} times as long")),
            new("scores", ScoreCollapse.Warning(New, after.Scores) is null, ScoreCollapse.Warning(New, after.Scores) ?? "products of a query differ"),
        ];
        if (Limits.Overlap > 0) gates.Add(new("drift", drift?.Overlap >= Limits.Overlap, string.Create(CultureInfo.InvariantCulture, $"{drift?.Overlap ?? 0:0.0%} of the first ten products of recent queries stay; at least {Limits.Overlap:0.#%}")));

        PromotionReport report = new(
            New, Old, Measuring.Split, digests, context.Clock.GetUtcNow(), counted.Length, gates, oldMs, newMs, segments,
            [.. regressed.Take(MostShown).Select(q => new QueryChange(queries[q].Query.Id, queries[q].Query.Text, ndcgBefore[q], ndcgAfter[q]))],
            counted.Count(q => ndcgAfter[q] - ndcgBefore[q] >= Limits.Loss), drift);
        string folder = FolderIn(workspace), model = workspace.ModelAt(New);
        if (OwnedPath.IsInside(model, workspace.Root)) ScoreReference.Of(ModelDigest.Of(model), scores, report.Made)?.Write(ScoreReference.PathIn(model, Precision.Float32)); // what serving is to look like
        report.Write(folder);
        PromotionPage.Write(folder, report, PromotionPage.Figures(comparisons, before, after, [.. counted.Take(MostShown).Where(q => ndcgAfter[q] < ndcgBefore[q])], queries));
        return report;
    }

    /// <summary>Signs the page that was written, and swaps.</summary>
    /// <returns>What was signed; its conditions may not hold, and then nothing is swapped.</returns>
    /// <exception cref="InputException">when there is no page, or the models, the data or the limits are not those that it tells of.</exception>
    public PromotionReport Sign(string name, StageContext context)
    {
        using var held = new WorkspaceLock(context.Workspace);
        Workspace workspace = context.Workspace;
        Check(workspace);
        if (name.Trim().Length is 0 or > 100) throw new InputException("--sign", "expected a name of at most 100 characters");
        string folder = FolderIn(workspace);
        if (PromotionReport.Read(folder) is not { SignedBy: null } report || !report.Digests.SequenceEqual(Digests(workspace)))
            throw new InputException(folder, $"has no open page of these models, this data and these limits; run the command without --sign, and read it");
        if (!report.Passed) return report;
        ModelSwap.Run(workspace, New, Old, report.Digests[0], folder);
        report = report with { SignedBy = name.Trim(), Signed = context.Clock.GetUtcNow() };
        report.Write(folder);
        PromotionPage.Sign(folder, report);
        return report;
    }

    bool Same(Workspace workspace) => DigestOf(workspace.ModelAt(New)) == DigestOf(workspace.ModelAt(Old));

    SystemScores Measured(string name, IReranker reranker, List<JudgedQuery> queries, Dataset data, StageContext context)
    {
        var system = new SystemScores(name, Evaluator.ScoreAll(name, reranker, queries, context));
        system.Measure(queries, data.Scale, Measuring.Resamples, Measuring.PooledResamples, context.Seed);
        return system;
    }

    static double[] Ndcgs(List<JudgedQuery> queries, SystemScores system) => [.. queries.Select((query, q) => Ndcg.At(5, system.Scores[q], query.Gains, query.ProductIds))];

    /// <summary>Each measured twice, in turn, and the quicker time taken, so that what else the machine does weighs on both.</summary>
    static (double Old, double New) Latencies(IReranker old, IReranker now, List<JudgedQuery> queries, Dataset data, StageContext context)
    {
        double Of(IReranker reranker) => Latency.MedianMilliseconds(reranker, queries, data.Products, context);
        (double oldFirst, double newFirst, double newLast) = (Of(old), Of(now), Of(now));
        return (Math.Min(oldFirst, Of(old)), Math.Min(newFirst, newLast));
    }

    /// <summary>SHA-256 over names and contents of a folder's files, checkpoints and what was measured of a model left out.</summary>
    internal static string DigestOf(string folder) => DigestOf("", FolderFiles.Of(folder).Where(name => ContentHash.Counts(name) && !name.StartsWith(ModelDigest.Notes + "/", StringComparison.Ordinal)).Select(name => (name, Path.Combine(folder, name))));

    static string DigestOf(string text, IEnumerable<(string Name, string Path)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        foreach ((string name, string path) in files)
        {
            using FileStream stream = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{Convert.ToHexStringLower(SHA256.HashData(stream))}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
