using System.Diagnostics;
using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>How fast a model reranks, one request after another.</summary>
/// <param name="Median">Of a request's milliseconds.</param>
/// <param name="Slowest">The 99th percentile of a request's milliseconds.</param>
/// <param name="PeakShare">Useful operations over the float32 fused multiply-add peak measured in the same process; whole numbers may pass 1.</param>
/// <param name="ProductsPerSecond">How fast a split model read the products, which it does before any request; 0 for other models.</param>
public sealed record RerankSpeed(int Requests, int Pairs, double PairsPerSecond, double Median, double Slowest, double PeakShare, double ProductsPerSecond);

/// <summary>Times the scoring of tokenised requests. A split model knows their products, but not their queries, before the clock counts.</summary>
public static class RerankBenchmark
{
    /// <summary>Requests scored before the clock counts.</summary>
    const int WarmUp = 3;

    /// <param name="model">Of no use afterwards but for what it says of itself.</param>
    /// <param name="lists">At least one.</param>
    /// <returns>The speed, and each list's scores.</returns>
    public static (RerankSpeed Speed, float[][] Scores) Run(Encoder model, IReadOnlyList<RerankList> lists, Precision precision, int threads, IProgressSink progress, CancellationToken cancel)
    {
        using var kernels = new CpuKernels(threads);
        TokenPair[] products = model.Config.Split > 0 ? [.. lists.SelectMany(list => list.Pairs).Select(pair => pair.ProductAlone()).DistinctBy(product => string.Join(' ', product.Ids))] : [];
        using var scorer = new PairScorer(model, kernels, frozen: true, precision, keptSides: 2 * (products.Length + lists.Count), alone: true);
        long reading = Stopwatch.GetTimestamp();
        foreach (TokenPair[] some in products.Chunk(1000)) scorer.Read(some);
        double productsPerSecond = products.Length / Stopwatch.GetElapsedTime(reading).TotalSeconds;
        foreach (RerankList list in lists.Take(WarmUp)) scorer.Scores(list.Pairs);
        GC.Collect(); // what reading the lists left behind is not the requests' to clear away

        float[][] scores = [.. lists.Select(list => new float[list.Pairs.Count])];
        double[] milliseconds = new double[lists.Count];
        for (int i = 0; i < lists.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            long began = Stopwatch.GetTimestamp();
            scorer.Scores(lists[i].Pairs, scores[i]);
            milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            progress.Report("rerank", i + 1, lists.Count);
        }

        double seconds = milliseconds.Sum() / 1000;
        Array.Sort(milliseconds);
        TokenPair[] pairs = [.. lists.SelectMany(list => list.Pairs)];
        double share = pairs.Sum(pair => EncoderFlops.Scoring(model.Config, pair.Length)) / seconds / FmaPeak.FlopsPerSecond(threads);
        return (new RerankSpeed(lists.Count, pairs.Length, pairs.Length / seconds, milliseconds[lists.Count / 2], milliseconds[(int)(lists.Count * .99)], share, productsPerSecond), scores);
    }
}
