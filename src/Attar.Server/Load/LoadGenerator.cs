using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Attar.Server.Load;

/// <summary>How a server is to be loaded.</summary>
/// <param name="Clients">Closed loop: so many callers, each of which asks again once it has its answer; 0 where <paramref name="Rate"/> is given.</param>
/// <param name="Rate">Open loop: requests a second, sent at random moments (Poisson) whether or not earlier ones are answered.</param>
/// <param name="DeadlineMs">Sent with every request; 0 = none.</param>
/// <param name="Key">An API key; null for none.</param>
/// <param name="Even">Open loop: evenly spaced, as wrk2 sends, instead of at random moments.</param>
public sealed record LoadPlan(int Clients, double Rate, double Seconds, double DeadlineMs, string? Key, ulong Seed, bool Even = false);

/// <summary>What came of it.</summary>
/// <param name="PerSecond">Requests answered with 200 a second; <paramref name="DocumentsPerSecond"/> counts the documents that were scored.</param>
/// <param name="P50">Milliseconds of requests answered with 200, from when they were to be sent: a late start counts.</param>
/// <param name="Full">Shares of all requests: scored, partly scored, told to come back (429), and anything else.</param>
/// <param name="Unscored">Share of the documents of requests answered with 200.</param>
public sealed record LoadReport(int Requests, double PerSecond, double DocumentsPerSecond, double P50, double P99, double Full, double Partial, double Refused, double Failed, double Unscored);

/// <summary>Asks a server's <c>/v1/rerank</c> as many callers would, and counts.</summary>
public static class LoadGenerator
{
    sealed record Outcome(double Ms, bool Answered, int Scored, int Documents, bool Refused);

    /// <summary>Reads request bodies: a line each, an object with <c>query</c> and <c>documents</c>.</summary>
    /// <exception cref="InputException">naming every line that is none.</exception>
    public static IReadOnlyList<byte[]> ReadLists(string path)
    {
        if (!File.Exists(path)) throw new InputException(path, "no such file; expected a request on each line: {\"query\":\"...\",\"documents\":[\"...\"]}");
        var faults = new FaultList();
        var lists = new List<byte[]>();
        foreach ((int index, string line) in File.ReadLines(path).Index())
        {
            if (IsRequest(line)) lists.Add(Encoding.UTF8.GetBytes(line));
            else faults.Add($"{path}:{index + 1}", "expected a request: {\"query\":\"...\",\"documents\":[\"...\"]}");
        }
        if (lists.Count == 0) faults.Add(path, "no request in it");
        faults.ThrowIfAny();
        return lists;
    }

    static bool IsRequest(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("query", out _)
                && document.RootElement.TryGetProperty("documents", out JsonElement documents) && documents.ValueKind == JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Requests sent one by one before the clock runs; they do not count.</summary>
    const int WarmUp = 10;

    public static async Task<LoadReport> Run(Uri server, IReadOnlyList<byte[]> lists, LoadPlan plan, CancellationToken cancel)
    {
        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 512 }) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
        for (int i = 0; i < WarmUp; i++) await Ask(client, lists[i % lists.Count], Stopwatch.GetTimestamp(), plan, cancel); // the generator's own first steps are not the server's
        long begun = Stopwatch.GetTimestamp();
        TimeSpan whole = TimeSpan.FromSeconds(plan.Seconds);
        List<Task<Outcome>> sent = [];
        int next = -1;
        byte[] List() => lists[Interlocked.Increment(ref next) % lists.Count];

        if (plan.Rate > 0)
        {
            var random = new Random((int)plan.Seed);
            for (double at = 0; at < plan.Seconds; at += (plan.Even ? 1 : -Math.Log(1 - random.NextDouble())) / plan.Rate)
            {
                TimeSpan wait = TimeSpan.FromSeconds(at) - Stopwatch.GetElapsedTime(begun);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
                long due = begun + (long)(at * Stopwatch.Frequency);
                sent.Add(Ask(client, List(), due, plan, cancel));
            }
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, plan.Clients).Select(async _ =>
            {
                while (Stopwatch.GetElapsedTime(begun) < whole)
                {
                    Task<Outcome> one = Ask(client, List(), Stopwatch.GetTimestamp(), plan, cancel);
                    lock (sent) sent.Add(one);
                    await one;
                }
            }));
        }
        Outcome[] outcomes = await Task.WhenAll(sent);
        return Report(outcomes, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    static LoadReport Report(Outcome[] outcomes, double seconds)
    {
        double[] times = [.. outcomes.Where(outcome => outcome.Answered).Select(outcome => outcome.Ms).Order()];
        double At(double share) => times.Length == 0 ? double.NaN : times[(int)Math.Min(times.Length - 1, share * times.Length)];
        double Share(Func<Outcome, bool> which) => (double)outcomes.Count(which) / outcomes.Length;
        return new LoadReport(
            outcomes.Length,
            times.Length / seconds,
            outcomes.Sum(outcome => outcome.Scored) / seconds,
            At(.5),
            At(.99),
            Share(outcome => outcome.Answered && outcome.Scored == outcome.Documents),
            Share(outcome => outcome.Answered && outcome.Scored < outcome.Documents),
            Share(outcome => outcome.Refused),
            Share(outcome => !outcome.Answered && !outcome.Refused),
            1 - (double)outcomes.Sum(outcome => outcome.Scored) / Math.Max(1, outcomes.Sum(outcome => outcome.Documents)));
    }

    static async Task<Outcome> Ask(HttpClient client, byte[] body, long due, LoadPlan plan, CancellationToken cancel)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "v1/rerank") { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
            if (plan.DeadlineMs > 0) request.Headers.Add("x-deadline-ms", plan.DeadlineMs.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (plan.Key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", plan.Key);
            using HttpResponseMessage response = await client.SendAsync(request, cancel);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancel);
            double ms = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
            if (response.StatusCode != HttpStatusCode.OK) return new Outcome(ms, false, 0, 0, response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is not null);
            (int scored, int documents) = Scored(response, answer);
            return new Outcome(ms, true, scored, documents, false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return new Outcome(Stopwatch.GetElapsedTime(due).TotalMilliseconds, false, 0, 0, false);
        }
    }

    /// <summary>Another server than Attar's tells no counts: what it returns, it scored.</summary>
    static (int Scored, int Documents) Scored(HttpResponseMessage response, byte[] answer)
    {
        if (response.Headers.TryGetValues("x-scored", out IEnumerable<string>? told) && told.Single().Split('/') is [var scored, var documents]) return (int.Parse(scored), int.Parse(documents));
        using JsonDocument json = JsonDocument.Parse(answer);
        int results = json.RootElement.GetProperty("results").GetArrayLength();
        return (results, results);
    }
}
