namespace Attar.Server.Security;

/// <summary>The log of those who were not let in: who, from where, why. Of a flood some lines a second, and how many there were more.</summary>
sealed partial class RefusedCallers(ILogger<RefusedCallers> log, TimeProvider clock)
{
    const int LinesPerSecond = 10;

    readonly Lock gate = new();
    long second;
    int lines, more;

    /// <param name="key">The name of the key, where it was known.</param>
    public void Tell(HttpContext context, string? key, string reason)
    {
        int unsaid;
        lock (gate)
        {
            long now = clock.GetUtcNow().ToUnixTimeSeconds();
            if (now != second) (second, lines) = (now, 0);
            if (++lines > LinesPerSecond)
            {
                more++;
                return;
            }
            (unsaid, more) = (more, 0);
        }
        Refused(log, context.Connection.RemoteIpAddress?.ToString(), key ?? "no key", context.Request.Method, context.GetEndpoint() is RouteEndpoint route ? route.RoutePattern.RawText : "an unknown path", reason);
        if (unsaid > 0) MoreRefused(log, unsaid);
    }

    [LoggerMessage(1, LogLevel.Warning, "refused {address} ({key}) at {method} {path}: {reason}")]
    static partial void Refused(ILogger log, string? address, string key, string method, string? path, string reason);

    [LoggerMessage(2, LogLevel.Warning, "refused {count} more before")]
    static partial void MoreRefused(ILogger log, int count);
}
