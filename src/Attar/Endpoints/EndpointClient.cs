using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Endpoints;

/// <summary>
/// Posts JSON and reads the answer. What may pass is tried again: refused, broken or dropped connections, no answer in time, 408, 425,
/// 429 and 5xx, answers that cannot be read. When the server asks to wait, every request waits.
/// </summary>
/// <remarks>A request under way when the run is stopped is waited for: its answer has been paid.</remarks>
sealed class EndpointClient : IDisposable
{
    const int LongestAnswer = 16 << 20; // bytes
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(2);

    readonly HttpClient http;
    readonly EndpointAccess endpoint;
    readonly Uri address;
    readonly string? key;
    readonly TimeProvider clock;
    readonly IProgressSink progress;
    readonly Random random;
    readonly Lock turn = new();
    DateTimeOffset pausedUntil, quietUntil;
    long answered;

    public EndpointClient(EndpointAccess endpoint, Uri address, StageContext context)
    {
        (this.endpoint, this.address, key) = (endpoint, address, endpoint.Key());
        (clock, progress) = (context.Clock, context.Progress);
        random = new Random((int)context.Seed);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the key goes where it was meant to go
            UseProxy = !address.IsLoopback,
            MaxConnectionsPerServer = endpoint.Pace.Concurrency,
            AutomaticDecompression = DecompressionMethods.All,
        })
        { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("attar", null));
        if (key is null) return;
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback) progress.Note($"{endpoint.Stage}: the API key travels unencrypted; use https where the server has it");
        try
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        catch (FormatException)
        {
            throw new InputException($"{endpoint.Options}.keyVariable", $"the value of {endpoint.KeyVariable} cannot be sent as a key: it has a line break or other control characters in it; set it anew");
        }
    }

    /// <param name="read">Takes the answer apart; throws a temporary <see cref="EndpointException"/> when it is not as expected.</param>
    /// <param name="stop">Ends waiting; a request that was sent is waited for.</param>
    /// <exception cref="EndpointException">The server refuses for good, or as often as the options allow.</exception>
    /// <exception cref="OperationCanceledException"/>
    public async Task<T> Post<T>(JsonObject body, Func<Reply, T> read, CancellationToken stop)
    {
        if (endpoint.Model is not null) body["model"] = endpoint.Model;
        foreach ((string name, JsonNode? value) in endpoint.Extra ?? [])
            if (value is null) body.Remove(name);
            else body[name] = value.DeepClone();
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, Wire.Style);
        TimeSpan waited = TimeSpan.Zero; // since anybody got an answer
        for (int failures = 1; ; failures++)
        {
            await WaitWhilePaused(stop);
            long before = Interlocked.Read(ref answered);
            try
            {
                T answer = read(await Once(bytes));
                Interlocked.Increment(ref answered);
                return answer;
            }
            catch (EndpointException fault)
            {
                string what = Quiet(fault.Message);
                if (!fault.Temporary) throw new EndpointException(what, fault.Status, temporary: false);
                if (Interlocked.Read(ref answered) != before)
                {
                    waited = TimeSpan.Zero;
                    if (fault.Overloaded) failures = 1; // others get through: waiting for a turn is no failure
                }
                if (failures >= endpoint.Pace.Attempts) throw new EndpointException($"{what} ({failures} times)", fault.Status, temporary: false);
                TimeSpan wait = (fault.Wait ?? TimeSpan.Zero) + Backoff.Delay(failures, Chance());
                if ((waited += wait) > LongestWait) throw new EndpointException($"{what}, and nothing came in {LongestWait.TotalHours:0} hours of waiting as it asks; try again later", fault.Status, temporary: false);
                if (fault.Wait is { } asked) Pause(asked, what);
                else if (failures > 1) Tell(what);
                await Task.Delay(wait, clock, stop);
            }
        }
    }

    async Task<Reply> Once(byte[] bytes)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(endpoint.Pace.TimeoutSeconds), clock);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
            using HttpResponseMessage response = await http.SendAsync(request, limit.Token); // with the whole body
            byte[] content = await response.Content.ReadAsByteArrayAsync(limit.Token);
            DateTimeOffset now = clock.GetUtcNow();
            TimeSpan? exhausted = RateLimits.Exhausted(response.Headers, now, bytes.Length / Wire.BytesOfToken);
            if (!response.IsSuccessStatusCode) throw Refusal(response, content, RateLimits.RetryAfter(response.Headers, now) ?? exhausted);
            if (exhausted is { } wait) Pause(wait, "the rate limit is reached");
            return Reply.Of(content, response.Headers);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new EndpointException($"no answer within {endpoint.Pace.TimeoutSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException) // the last: what was to be unpacked is damaged
        {
            throw new EndpointException(Quiet(fault.Message));
        }
    }

    EndpointException Refusal(HttpResponseMessage response, byte[] content, TimeSpan? wait)
    {
        int status = (int)response.StatusCode;
        bool temporary = status is 408 or 424 or 425 or 429 or >= 500 and not (501 or 505);
        string hint = status switch
        {
            401 or 403 => endpoint.KeyVariable is null ? "; name the environment variable that holds the API key with --key-variable" : $"; is the key in {endpoint.KeyVariable} the right one?",
            404 or 405 => "; are address, protocol and model right?",
            413 => "; send less: lower --batch or --max-characters",
            >= 300 and < 400 => "; give the address it moved to",
            _ => "",
        };
        return new EndpointException($"{status} {Quiet(Encoding.UTF8.GetString(content.AsSpan(0, Math.Min(content.Length, 2000))))}".TrimEnd() + hint, status, temporary) { Wait = temporary ? wait : null };
    }

    /// <summary>What keeps going wrong, at most once a minute: whoever watches should not have to wait for the last attempt.</summary>
    void Tell(string fault)
    {
        lock (turn)
        {
            if (clock.GetUtcNow() < quietUntil) return;
            quietUntil = clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        }
        progress.Note($"{endpoint.Stage}: tries again: {fault}");
    }

    void Pause(TimeSpan wait, string why)
    {
        lock (turn)
        {
            DateTimeOffset now = clock.GetUtcNow(), until = now + wait;
            if (until <= pausedUntil) return;
            if (wait >= TimeSpan.FromSeconds(30) && pausedUntil <= now) progress.Note($"{endpoint.Stage}: waits {wait.TotalSeconds:n0} s as the endpoint asks: {why}");
            pausedUntil = until;
        }
    }

    async Task WaitWhilePaused(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            TimeSpan left;
            lock (turn) left = pausedUntil - clock.GetUtcNow();
            if (left <= TimeSpan.Zero) return;
            await Task.Delay(left, clock, stop);
        }
    }

    double Chance()
    {
        lock (turn) return random.NextDouble();
    }

    /// <summary>What a server says, on one short line, without the key that it may repeat.</summary>
    string Quiet(string text)
    {
        if (key is not null) text = text.Replace(key, "***");
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length > 300 ? line[..300] + "..." : line;
    }

    public void Dispose() => http.Dispose();
}
