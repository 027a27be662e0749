using System.Globalization;
using Attar.Server.Settings;

namespace Attar.Server.Requests;

/// <summary>One request under way: until when it may take, and what became of it, for its headers, the log and the metrics.</summary>
sealed class Exchange(string id, long begun, CancellationToken gone)
{
    /// <summary>Asks for an answer within so many milliseconds.</summary>
    public const string DeadlineHeader = "x-deadline-ms";

    public const string IdHeader = "x-request-id";

    public string Id => id;
    public long Begun => begun;

    /// <summary>A timestamp of the clock; null for none.</summary>
    public long? Deadline { get; private set; }

    /// <summary>When scoring had to end for want of time; null where it was done before.</summary>
    public long? CutAt { get; private set; }

    public CancellationToken Gone => gone;

    /// <summary>Whose key it came with.</summary>
    public string? Client { get; set; }

    /// <summary>Takes so many documents of what the key may ask for; throws <see cref="RequestRefused"/> where it may not.</summary>
    public Action<int> Charge { get; set; } = _ => { };

    public string? Model { get; private set; }
    public int Documents { get; private set; }
    public int Unscored { get; private set; }
    public int Tokens { get; private set; }

    /// <summary>Documents left out for their scores.</summary>
    public int Below { get; private set; }

    /// <summary>What was too long for the model.</summary>
    public Truncation Truncated { get; private set; }
    public TimeSpan Tokenised { get; private set; }
    public TimeSpan Waited { get; private set; }
    public TimeSpan Computed { get; private set; }

    public static Exchange Of(HttpContext context) => context.Features.Get<Exchange>()!;

    /// <summary>The client's own id where it sent one that is fit for a log.</summary>
    public static Exchange Begin(HttpContext context, TimeProvider clock)
    {
        string sent = context.Request.Headers[IdHeader].ToString();
        string id = sent.Length is > 0 and <= 64 && sent.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? sent : Guid.NewGuid().ToString("N");
        Exchange exchange = new(id, clock.GetTimestamp(), context.RequestAborted);
        context.Features.Set(exchange);
        return exchange;
    }

    /// <exception cref="RequestRefused">for a deadline that is no number of milliseconds.</exception>
    public void ReadDeadline(HttpContext context, ServerOptions options, TimeProvider clock)
    {
        string asked = context.Request.Headers[DeadlineHeader].ToString();
        double ms = options.DeadlineMs;
        if (asked.Length > 0 && (!double.TryParse(asked, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out ms) || ms is not (> 0 and <= 3_600_000)))
            throw new RequestRefused(Refusal.Invalid, $"{DeadlineHeader}: expected milliseconds above 0, such as 150");
        if (ms > 0) Deadline = begun + (long)(ms / 1000 * clock.TimestampFrequency);
    }

    /// <summary>By when scoring must end; the rest, at most a quarter of the time there is, is for the answer.</summary>
    public long? ScoreBy(TimeProvider clock, TimeSpan reserve) =>
        Deadline is { } limit ? limit - (long)Math.Min(reserve.TotalSeconds * clock.TimestampFrequency, (limit - begun) / 4) : null;

    public void Cut(long? at) => CutAt = at;

    /// <summary>Adds what was answered; a search asks several models.</summary>
    public void Note(string model, int documents, int unscored, int tokens, Truncation truncated)
    {
        Truncated += truncated;
        Model = model;
        Documents += documents;
        Unscored += unscored;
        Tokens += tokens;
    }

    /// <summary>Adds what a lowest score left out.</summary>
    public void LeftOut(int documents) => Below += documents;

    /// <summary>Adds how long a scoring took.</summary>
    public void Took(TimeSpan tokenised, TimeSpan waited, TimeSpan computed)
    {
        Tokenised += tokenised;
        Waited += waited;
        Computed += computed;
    }
}
