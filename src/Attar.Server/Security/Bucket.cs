namespace Attar.Server.Security;

/// <summary>So much a second, of which a second's worth may be taken at once. Who takes more than that goes into debt, and waits longer for the next.</summary>
/// <param name="rate">Above 0.</param>
sealed class Bucket(double rate, TimeProvider clock)
{
    readonly Lock gate = new();
    readonly double most = Math.Max(1, rate);
    double level = Math.Max(1, rate);
    long at = clock.GetTimestamp();

    /// <returns>False, and how long to wait, where there is too little.</returns>
    public bool TryTake(double amount, out TimeSpan wait)
    {
        lock (gate)
        {
            long now = clock.GetTimestamp();
            (level, at) = (Math.Min(most, level + clock.GetElapsedTime(at, now).TotalSeconds * rate), now);
            double lacks = Math.Min(amount, most) - level;
            wait = TimeSpan.FromSeconds(Math.Min(Math.Max(0, lacks) / rate, TimeSpan.FromDays(1).TotalSeconds));
            if (lacks > 0) return false;
            level -= amount;
            return true;
        }
    }
}
