using System.Diagnostics;
using System.Globalization;
using Attar.Server.Requests;

namespace Attar.Server.Telemetry;

/// <summary>Gives each request an id and a stopwatch, and tells of its end in headers, metrics, the trace and one line of the log.</summary>
static partial class RequestLog
{
    /// <summary>Probes and the page's files would only be noise.</summary>
    static bool IsCounted(HttpContext context) => context.GetEndpoint() is RouteEndpoint && (HttpMethods.IsPost(context.Request.Method) || context.Request.Path == "/search");

    public static void UseRequestLog(this WebApplication app, Measurements measurements, TimeProvider clock, Drain drain, Reserve reserve)
    {
        ILogger log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Attar.Server.Requests");
        app.Use(async (context, next) =>
        {
            Exchange exchange = Exchange.Begin(context, clock);
            using var scope = log.BeginScope("request {request_id}", exchange.Id);
            context.Response.OnStarting(() =>
            {
                if (exchange.CutAt is { } cut) reserve.Note(clock.GetElapsedTime(cut));
                Describe(context.Response, exchange, clock.GetElapsedTime(exchange.Begun), drain);
                return Task.CompletedTask;
            });
            try
            {
                await next(context);
            }
            finally
            {
                if (IsCounted(context)) Tell(context, exchange, clock.GetElapsedTime(exchange.Begun), measurements, log);
            }
        });
    }

    static void Describe(HttpResponse response, Exchange exchange, TimeSpan took, Drain drain)
    {
        IHeaderDictionary headers = response.Headers;
        headers[Exchange.IdHeader] = exchange.Id;
        if (drain.Begun) headers.Connection = "close"; // the next request goes to another server
        if (exchange.Documents == 0) return;
        headers["x-total-time"] = Milliseconds(took);
        headers["x-tokenization-time"] = Milliseconds(exchange.Tokenised);
        headers["x-queue-time"] = Milliseconds(exchange.Waited);
        headers["x-inference-time"] = Milliseconds(exchange.Computed);
        headers["x-compute-tokens"] = exchange.Tokens.ToString(CultureInfo.InvariantCulture);
        headers["x-scored"] = string.Create(CultureInfo.InvariantCulture, $"{exchange.Documents - exchange.Unscored}/{exchange.Documents}");
        if (exchange.Below > 0) headers["x-below-min-score"] = exchange.Below.ToString(CultureInfo.InvariantCulture);
        if (exchange.Truncated.Any) headers["x-truncated"] = exchange.Truncated.ToString();
    }

    static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    static void Tell(HttpContext context, Exchange exchange, TimeSpan took, Measurements measurements, ILogger log)
    {
        string path = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.RawText!;
        int status = context.Response.StatusCode;
        measurements.RequestDone(path, status, took);
        if (exchange.Documents > 0 && status == 200) measurements.Scored(exchange.Documents, exchange.Unscored, exchange.Tokenised, exchange.Waited, exchange.Computed);
        Activity.Current?.SetTag("attar.request_id", exchange.Id).SetTag("attar.documents", exchange.Documents).SetTag("attar.unscored", exchange.Unscored);
        Done(log, exchange.Id, exchange.Client, context.Request.Method, path, status, took.TotalMilliseconds, exchange.Model, exchange.Documents, exchange.Unscored, exchange.Tokens, exchange.Waited.TotalMilliseconds);
    }

    [LoggerMessage(1, LogLevel.Information, "{request_id} {client} {method} {path} {status} {ms} ms, {model}: {documents} documents, {unscored} unscored, {tokens} tokens, waited {waited_ms} ms")]
    static partial void Done(ILogger log, string request_id, string? client, string method, string path, int status, double ms, string? model, int documents, int unscored, int tokens, double waited_ms);
}
