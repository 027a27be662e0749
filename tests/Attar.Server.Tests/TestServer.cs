using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Attar.Data;
using Attar.Retrieval;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Attar.Workspaces;
using Microsoft.AspNetCore.Builder;

namespace Attar.Server.Tests;

/// <summary>A real server on a free loopback port, over made-up models.</summary>
sealed class TestServer : IAsyncDisposable
{
    TestServer(WebApplication app, Uri address) => (App, Address, Client) = (app, address, new HttpClient { BaseAddress = address });

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static Task<TestServer> Start(TextScores? student = null, ServerOptions? options = null, Storefront? storefront = null) =>
        Start(options, storefront, Model(options?.Model ?? "student", student ?? ByLength));

    public static Task<TestServer> Start(ServerOptions? options, Storefront? storefront, params Source<IScoringModel>[] models) => Start(options, storefront, null, models);

    public static Task<TestServer> Start(ServerOptions? options, Storefront? storefront, TimeProvider? clock, Source<IScoringModel>[] models, Workspace? workspace = null) => StartWith(options, () => storefront ?? Shop.Of(), clock, models, workspace);

    /// <param name="storefront">What the catalogue is whenever it is loaded.</param>
    public static async Task<TestServer> StartWith(ServerOptions? options, Func<Storefront> storefront, TimeProvider? clock, Source<IScoringModel>[] models, Workspace? workspace = null)
    {
        WebApplication app = AttarServer.Create((options ?? new ServerOptions()) with { Port = 0, DrainMs = 0 }, models, new Source<Storefront>("catalogue", storefront, () => ""), clock, workspace);
        return new TestServer(app, await AttarServer.Start(app));
    }

    public static Source<IScoringModel> Model(string name, TextScores score, double[]? gains = null, int budget = 20_000, Action<int>? reads = null) =>
        new(name, () => new TextModel(score, gains, budget, reads), () => "");

    /// <summary>Longer documents score higher: the made-up student of most tests.</summary>
    public static float[] ByLength(string query, IReadOnlyList<string> documents) => [.. documents.Select(document => (float)document.Length)];

    public Task<HttpResponseMessage> Post(string path, string body, params (string Name, string Value)[] headers) => Post(path, Encoding.UTF8.GetBytes(body), headers: headers);

    public async Task<HttpResponseMessage> Post(string path, byte[] body, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = content };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    /// <summary>Asserts the status and returns the body as sent.</summary>
    public async Task<string> PostText(string path, string body, int status = 200, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await Post(path, body, headers);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text;
    }

    public async Task<JsonElement> PostJson(string path, string body, int status = 200, params (string Name, string Value)[] headers) => Json(await PostText(path, body, status, headers));

    public async Task<JsonElement> GetJson(string path, int status = 200)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return Json(text);
    }

    /// <summary>The value of one line of the metrics; 0 where it is not there.</summary>
    public async Task<double> Metric(string series)
    {
        string text = await Client.GetStringAsync("/metrics");
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    /// <summary>Waits, at most some seconds, for what another thread is about to do.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (!await condition()) await Task.Delay(10, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}

/// <summary>A catalogue whose first stage returns the products whose title holds the query, the first ones best.</summary>
sealed class Shop(IReadOnlyList<Product> products) : ISearch
{
    public static Storefront Of(params Product[] products) => new(new Shop(products), products.ToDictionary(product => product.Id), ["drill", "<b>ladder</b>"]);

    public IReadOnlyList<(Product Product, float Score)> Search(string query, int count) =>
        [.. products.Where(product => product.Title.Contains(query)).Take(count).Select((product, place) => (product, 10f - place))];
}
