using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Attar.Server.Settings;

namespace Attar.Server.Security;

/// <summary>The keys that may ask, as the key file has them now, and how often each may.</summary>
sealed class KeyRing : IDisposable
{
    readonly ServerOptions options;
    readonly ConcurrentDictionary<(string Name, double Rate), TokenBucketRateLimiter> limiters = new();
    volatile IReadOnlyList<ApiKey> keys = [];

    /// <exception cref="InputException">when the key file cannot be read.</exception>
    public KeyRing(ServerOptions options)
    {
        this.options = options;
        Reread();
    }

    /// <summary>Without a key file everybody may ask.</summary>
    public bool IsOpen => options.Keys.Length == 0;

    /// <summary>Whether the file could not be read, and the keys of its last good reading hold.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Keys that hold although what can be read of the file names them no more: they may have been revoked.</summary>
    public int Unlisted { get; private set; }

    /// <exception cref="InputException">when the file cannot be read; the keys stay as they were.</exception>
    public void Reread()
    {
        if (IsOpen) return;
        var faults = new FaultList();
        IReadOnlyList<ApiKey> read = ApiKey.Read(options.Keys, faults);
        IsStale = faults.Any;
        Unlisted = IsStale ? keys.Count(key => !read.Any(other => other.Hash.AsSpan().SequenceEqual(key.Hash))) : 0;
        faults.ThrowIfAny();
        keys = read;
    }

    /// <summary>Whose key it is, or null. Every key is compared, each in constant time, so that time tells nothing.</summary>
    public ApiKey? Find(string presented)
    {
        byte[] hash = ApiKey.HashOf(presented);
        ApiKey? found = null;
        foreach (ApiKey key in keys)
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash)) found = key;
        return found;
    }

    /// <summary>Takes one of the requests that a key has this second.</summary>
    /// <returns>False, and after how many seconds to try again, when there are none left.</returns>
    public bool TryTake(ApiKey key, out int retryAfter)
    {
        retryAfter = 0;
        double rate = key.Rate ?? options.Rate;
        if (rate <= 0) return true;
        rate = Math.Clamp(rate, 1e-4, 1e6); // what a period in ticks can tell
        TokenBucketRateLimiter limiter = limiters.GetOrAdd((key.Name, rate), _ => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = (int)Math.Max(1, Math.Ceiling(rate)), // a second's worth at once
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1 / rate),
            AutoReplenishment = false, // no timer for each key: it is reckoned when asked
        }));
        limiter.TryReplenish();
        using RateLimitLease lease = limiter.AttemptAcquire();
        if (!lease.IsAcquired) retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 3600) : 1;
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        foreach (TokenBucketRateLimiter limiter in limiters.Values) limiter.Dispose();
    }
}
