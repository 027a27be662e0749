namespace Attar.Server.Requests;

/// <summary>How long before its deadline a request's scoring ends, so that the answer is written by then: what all but one in a hundred answers took of late.</summary>
sealed class Reserve
{
    const double Share = .99, Step = 1, First = 2, Most = 25; // milliseconds, but for the share

    double ms = First;

    public TimeSpan Value => TimeSpan.FromMilliseconds(Volatile.Read(ref ms));

    /// <param name="took">From the end of scoring to the answer's first byte.</param>
    /// <remarks>Up by much where it took longer, down by little where it did not: it rests where one of a hundred is longer. A note lost to another thread does no harm.</remarks>
    public void Note(TimeSpan took) =>
        Volatile.Write(ref ms, Math.Clamp(ms + Step * (took.TotalMilliseconds > ms ? Share : Share - 1), 0, Most));
}
