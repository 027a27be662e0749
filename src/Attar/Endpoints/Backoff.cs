namespace Attar.Endpoints;

/// <summary>Exponential back-off with jitter: min(60 s, 1 s · 2^(failures-1)), of which between a half and the whole is waited, so that callers who failed together do not return together.</summary>
static class Backoff
{
    static readonly TimeSpan first = TimeSpan.FromSeconds(1), longest = TimeSpan.FromSeconds(60);

    /// <param name="failures">In a row, from 1.</param>
    /// <param name="chance">Uniform in [0,1).</param>
    public static TimeSpan Delay(int failures, double chance) =>
        Math.Min(longest / first, Math.Pow(2, failures - 1)) * (1 + chance) / 2 * first;
}
