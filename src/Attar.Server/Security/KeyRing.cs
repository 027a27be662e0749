using System.Collections.Concurrent;
using System.Security.Cryptography;
using Attar.Server.Requests;
using Attar.Server.Settings;

namespace Attar.Server.Security;

/// <summary>The keys that may ask, as the key file has them now, and how often each may.</summary>
sealed class KeyRing
{
    readonly ServerOptions options;
    readonly TimeProvider clock;
    readonly ConcurrentDictionary<(string Name, double Rate), Bucket> requests = new(), documents = new();
    volatile IReadOnlyList<ApiKey> keys = [];

    /// <exception cref="InputException">when the key file cannot be read.</exception>
    public KeyRing(ServerOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
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
    /// <exception cref="RequestRefused">when there are none left.</exception>
    public void TakeRequest(ApiKey key) => Take(requests, key.Name, key.Rate ?? options.Rate, 1);

    /// <summary>Takes documents that a key has this second.</summary>
    /// <inheritdoc cref="TakeRequest"/>
    public void TakeDocuments(ApiKey key, int documents) => Take(this.documents, key.Name, key.Documents ?? options.RateDocuments, documents);

    void Take(ConcurrentDictionary<(string Name, double Rate), Bucket> buckets, string name, double rate, int amount)
    {
        if (rate <= 0) return;
        if (!buckets.GetOrAdd((name, rate), _ => new Bucket(rate, clock)).TryTake(amount, out TimeSpan wait))
            throw new RequestRefused(Refusal.TooOften, "this API key asks too often; try again later") { RetryAfter = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 3600) };
    }
}
