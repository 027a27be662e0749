namespace Attar.Server.Models;

/// <summary>How many tokens a second a model computes, as a moving average over its last passes.</summary>
sealed class Pace
{
    const double Memory = .05; // seconds: follows a change of load within a request or two, and a short pass tells little
    const double Most = .5; // weight of a single pass, however long the machine stood still

    double perSecond;

    /// <summary>Zero before the first pass.</summary>
    public double TokensPerSecond => Volatile.Read(ref perSecond);

    public void Note(int tokens, TimeSpan took)
    {
        double seconds = Math.Max(took.TotalSeconds, 1e-6), now = tokens / seconds, old = perSecond;
        Volatile.Write(ref perSecond, old == 0 ? now : old + Math.Min(Most, seconds / (seconds + Memory)) * (now - old));
    }

    /// <summary>Tokens that can be computed in a time; any number while the pace is unknown.</summary>
    public double Affordable(TimeSpan time) => perSecond == 0 ? double.PositiveInfinity : Math.Max(0, time.TotalSeconds) * perSecond;

    public TimeSpan TimeFor(long tokens) => perSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(tokens / perSecond);
}
