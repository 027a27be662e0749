namespace Attar.Server.Tests;

/// <summary>Stands still until it is told the time.</summary>
sealed class HandClock : TimeProvider
{
    public double Ms { get; set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => (long)(1000 * Ms);
}
