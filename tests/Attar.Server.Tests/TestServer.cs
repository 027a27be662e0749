using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Attar.Data;
using Attar.Retrieval;
using Microsoft.AspNetCore.Builder;

namespace Attar.Server.Tests;

/// <summary>A real server on a free loopback port, over made-up scorers.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly WebApplication app;

    TestServer(WebApplication app, Uri address) => (this.app, Address, Client) = (app, address, new HttpClient { BaseAddress = address });

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<TestServer> Start(Func<string, IReadOnlyList<string>, float[]>? student = null, ServerOptions? options = null, Storefront? storefront = null)
    {
        WebApplication app = AttarServer.Create(
            (options ?? new ServerOptions()) with { Port = 0 },
            new Student(student ?? ByLength),
            storefront ?? new Storefront(new Shop([]), [], 0, []));
        return new TestServer(app, await AttarServer.Start(app));
    }

    /// <summary>Longer documents score higher: the made-up student of most tests.</summary>
    public static float[] ByLength(string query, IReadOnlyList<string> documents) => [.. documents.Select(document => (float)document.Length)];

    public Task<HttpResponseMessage> Post(string path, string body) => Post(path, Encoding.UTF8.GetBytes(body));

    public async Task<HttpResponseMessage> Post(string path, byte[] body, string type = "application/json")
    {
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await Client.PostAsync(path, content);
    }

    /// <summary>Asserts the status and returns the body as sent.</summary>
    public async Task<string> PostText(string path, string body, int status = 200)
    {
        using HttpResponseMessage response = await Post(path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text;
    }

    public async Task<JsonElement> PostJson(string path, string body, int status = 200) => Json(await PostText(path, body, status));

    public async Task<JsonElement> GetJson(string path, int status = 200)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return Json(text);
    }

    public static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    sealed class Student(Func<string, IReadOnlyList<string>, float[]> score) : ITextScorer
    {
        public float[] Score(string query, IReadOnlyList<string> documents) => score(query, documents);
    }
}

/// <summary>A catalogue whose first stage returns the products whose title holds the query, the first ones best.</summary>
sealed class Shop(IReadOnlyList<Product> products) : ISearch
{
    public IReadOnlyList<(Product Product, float Score)> Search(string query, int count) =>
        [.. products.Where(product => product.Title.Contains(query)).Take(count).Select((product, place) => (product, 10f - place))];
}

/// <summary>A column of the page made from a function of the product.</summary>
sealed class Column(string name, Func<Product, float> score) : IReranker
{
    public string Name => name;

    public float[] Score(string query, IReadOnlyList<Product> products) => [.. products.Select(score)];
}
