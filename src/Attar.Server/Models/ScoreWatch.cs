using Attar.Evaluation.Drift;

namespace Attar.Server.Models;

/// <summary>Counts the scores that a model serves by the bins of its reference, the last ones most: a search among ten numbers for each score.</summary>
sealed class ScoreWatch(ScoreReference reference)
{
    /// <summary>Scores after which all counts are halved, and those before which nothing is said.</summary>
    const int Window = 50_000, Fewest = 1_000;

    readonly Lock counting = new();
    readonly long[] counts = new long[reference.Shares.Length];
    long all;

    public void Note(ReadOnlySpan<float?> scores)
    {
        lock (counting)
        {
            foreach (float? score in scores)
            {
                if (score is not { } known) continue;
                counts[reference.BinOf(known)]++;
                all++;
            }
            if (all < Window) return;
            all = 0;
            for (int bin = 0; bin < counts.Length; bin++) all += counts[bin] /= 2;
        }
    }

    /// <summary>How far they are from the reference; null of too few.</summary>
    public double? Drift
    {
        get
        {
            lock (counting) return all < Fewest ? null : reference.Stability(counts);
        }
    }
}
