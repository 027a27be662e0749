using System.Globalization;
using System.Net.Http.Headers;

namespace Attar.Endpoints;

/// <summary>What a server's headers say about when to ask again.</summary>
static class RateLimits
{
    static readonly TimeSpan longest = TimeSpan.FromDays(1);

    /// <summary>Of <c>Retry-After</c> (seconds or a date) and <c>retry-after-ms</c>.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) =>
        Number(headers, "retry-after-ms") is { } milliseconds ? Within(milliseconds / 1000) : Value(headers, "retry-after") is { } text ? Until(text, now) : null;

    /// <summary>
    /// Of <c>x-ratelimit-remaining-*</c> and <c>x-ratelimit-reset-*</c>: when requests or tokens run out, the time until there are more.
    /// </summary>
    /// <param name="tokens">What the next request needs.</param>
    public static TimeSpan? Exhausted(HttpResponseHeaders headers, DateTimeOffset now, long tokens)
    {
        TimeSpan? wait = null;
        foreach ((string kind, long needed) in (ReadOnlySpan<(string, long)>)[("", 1), ("-requests", 1), ("-tokens", Math.Max(1, tokens))])
        {
            // Below zero stands for "not counted" with some servers.
            if (Number(headers, "x-ratelimit-remaining" + kind) is not { } left || left < 0 || left >= needed) continue;
            if (Value(headers, "x-ratelimit-reset" + kind) is { } text && Until(text, now) is { } reset && !(wait > reset)) wait = reset;
        }
        return wait;
    }

    /// <summary>A time left: seconds, a duration such as <c>6m0s</c> or <c>20ms</c>, seconds since 1970, or a date. Null when it is none of them.</summary>
    internal static TimeSpan? Until(string text, DateTimeOffset now)
    {
        const double longAgo = 1e9; // seconds since 1970: so many cannot be a time left
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && double.IsFinite(seconds))
            return seconds < longAgo ? Within(seconds) : Within((seconds > 1000 * longAgo ? seconds / 1000 : seconds) - now.ToUnixTimeMilliseconds() / 1000.0);
        if (Duration(text) is { } duration) return Within(duration);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? Within((date - now).TotalSeconds) : null;
    }

    static double? Duration(string text)
    {
        double seconds = 0;
        for (int i = 0; i < text.Length;)
        {
            int digits = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.')) i++;
            int unit = i;
            while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
            if (!double.TryParse(text.AsSpan(digits, unit - digits), CultureInfo.InvariantCulture, out double count)) return null;
            double? each = text[unit..i] switch { "ms" => .001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => null };
            if (each is null) return null;
            seconds += count * each.Value;
        }
        return text.Length == 0 ? null : seconds;
    }

    static TimeSpan Within(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, longest.TotalSeconds));

    static string? Value(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First().Trim() : null;

    static double? Number(HttpResponseHeaders headers, string name) =>
        double.TryParse(Value(headers, name), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
}
