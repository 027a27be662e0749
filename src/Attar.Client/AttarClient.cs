using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Attar.Client;

/// <summary>Asks an Attar server; for many threads at once, and for as long as the program runs.</summary>
/// <remarks>
/// A call's deadline is told to the server, which answers by then with what it has scored. A call that is told to come back later
/// waits as long as the server says and asks again, unless that would be after its deadline.
/// </remarks>
public sealed class AttarClient : IDisposable
{
    /// <summary>How long after its deadline an answer may still be on its way.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection is used, so that a server is found again that moved to another address.</summary>
    static readonly TimeSpan Renewed = TimeSpan.FromMinutes(5);

    readonly HttpClient http;
    readonly bool owned;
    readonly AttarClientOptions options;
    readonly TimeProvider clock;

    /// <param name="server">Such as <c>http://localhost:8080</c>.</param>
    public AttarClient(Uri server, AttarClientOptions? options = null)
        : this(new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Renewed }) { BaseAddress = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + '/') }, options) => owned = true;

    /// <param name="http">With the server as its base address, as from a factory; its own time limit holds too.</param>
    public AttarClient(HttpClient http, AttarClientOptions? options = null, TimeProvider? clock = null) =>
        (this.http, this.options, this.clock) = (http, options ?? new AttarClientOptions(), clock ?? TimeProvider.System);

    /// <summary>Ranks texts for a query. Send the best first: should time be short, the first are scored.</summary>
    /// <param name="top">How many to return; 0 = all.</param>
    /// <param name="deadline">In place of <see cref="AttarClientOptions.Deadline"/>.</param>
    /// <exception cref="AttarException">when the server refused the call or failed.</exception>
    /// <exception cref="TimeoutException">when no answer came in time.</exception>
    /// <exception cref="HttpRequestException">when the server cannot be reached.</exception>
    public Task<Ranking> Rerank(string query, IReadOnlyList<string> texts, int top = 0, TimeSpan? deadline = null, CancellationToken cancel = default) =>
        Rerank(new TextRequest(options.Model, query, texts, top, options.MinScore?.Share), ClientJson.Default.TextRequest, texts.Count, deadline, cancel);

    /// <summary>Ranks products of the server's catalogue by their ids.</summary>
    /// <inheritdoc cref="Rerank(string, IReadOnlyList{string}, int, TimeSpan?, CancellationToken)"/>
    public Task<Ranking> RerankProducts(string query, IReadOnlyList<string> ids, int top = 0, TimeSpan? deadline = null, CancellationToken cancel = default) =>
        Rerank(new ProductRequest(options.Model, query, [.. ids.Select(id => new ProductReference(id))], top, options.MinScore?.Share), ClientJson.Default.ProductRequest, ids.Count, deadline, cancel);

    /// <summary>Finds products of the server's catalogue, and ranks them.</summary>
    /// <param name="size">How many to return, from 1 to 1000.</param>
    /// <param name="candidates">How many the first stage may find for the model to rank, from 1 to 1000.</param>
    /// <inheritdoc cref="Rerank(string, IReadOnlyList{string}, int, TimeSpan?, CancellationToken)"/>
    public async Task<SearchResults> Search(string query, int size = 10, int candidates = 100, TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"search?q={Uri.EscapeDataString(query)}&size={size}&candidates={candidates}&systems={Uri.EscapeDataString(options.Model)}");
        if (options.MinScore is { } least) path += $"&min_score={Uri.EscapeDataString(least.Logit)}";
        SearchAnswer answer = await Ask(() => new HttpRequestMessage(HttpMethod.Get, path), ClientJson.Default.SearchAnswer, deadline, cancel);
        return new SearchResults(answer.Candidates, answer.Systems[^1].Results); // behind the first stage's own column
    }

    /// <summary>Whether the server takes calls: false while it stops, and where it cannot be reached.</summary>
    public async Task<bool> IsReady(CancellationToken cancel = default)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync("health/ready", cancel);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (owned) http.Dispose();
    }

    async Task<Ranking> Rerank<T>(T request, JsonTypeInfo<T> type, int documents, TimeSpan? deadline, CancellationToken cancel) => documents == 0
        ? new Ranking(options.Model, [])
        : await Ask(() => new HttpRequestMessage(HttpMethod.Post, "v1/rerank") { Content = JsonContent.Create(request, type) }, ClientJson.Default.Ranking, deadline, cancel);

    async Task<T> Ask<T>(Func<HttpRequestMessage> write, JsonTypeInfo<T> type, TimeSpan? deadline, CancellationToken cancel) where T : class
    {
        deadline ??= options.Deadline;
        long begun = clock.GetTimestamp();
        using CancellationTokenSource late = new(deadline + Grace ?? Timeout.InfiniteTimeSpan, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            for (int retries = options.Retries; ; retries--)
            {
                using HttpRequestMessage request = write();
                if (options.Key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
                if (Left() is { } left) request.Headers.Add("x-deadline-ms", Math.Max(1, left.TotalMilliseconds).ToString("F0", CultureInfo.InvariantCulture));
                using HttpResponseMessage response = await http.SendAsync(request, either.Token);
                if (response.IsSuccessStatusCode) return await Read(response, type, either.Token) ?? throw new AttarException(response.StatusCode, "this is no answer of an Attar server; is the address right?");
                if (retries == 0 || Wait(response) is not { } wait)
                    throw new AttarException(response.StatusCode, (await Read(response, ClientJson.Default.Refusal, either.Token))?.Detail ?? $"the server answered {(int)response.StatusCode}");
                await Task.Delay(wait, clock, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {clock.GetElapsedTime(begun).TotalMilliseconds:F0} ms");
        }

        TimeSpan? Left() => deadline - clock.GetElapsedTime(begun);

        // Null where it is not worth to wait.
        TimeSpan? Wait(HttpResponseMessage response) =>
            response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is { } after
            && (after.Delta ?? after.Date - clock.GetUtcNow()) is { } wait && !(wait >= Left())
                ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero
                : null;
    }

    /// <summary>Null where something else answered, such as a proxy.</summary>
    static async Task<T?> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancel);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
