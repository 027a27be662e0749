using Attar.Evaluation;

namespace Attar.Online.Statistics;

/// <summary>An interval of a ratio of sums, such as of decided queries that were won, drawn by client: what one client does again and again counts as one piece of evidence.</summary>
public static class ClusterBootstrap
{
    /// <param name="clients">What each adds to numerator and denominator.</param>
    public static Interval Ratio(IReadOnlyList<(double Above, double Below)> clients, int resamples = 2000, ulong seed = 0) => Bootstrap.Percentiles(Bootstrap.Pooled(
        clients.Count,
        [.. Enumerable.Range(0, clients.Count)],
        weights =>
        {
            double above = 0, below = 0;
            for (int i = 0; i < weights.Length; i++) (above, below) = (above + weights[i] * clients[i].Above, below + weights[i] * clients[i].Below);
            return below == 0 ? double.NaN : above / below;
        },
        resamples,
        seed));
}
