using System.Collections.Concurrent;
using System.Text;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Attar.Server.Tests;

/// <summary>What a collector gets, played by a server that keeps the bytes.</summary>
public sealed class OtlpTests : IAsyncDisposable
{
    readonly WebApplication collector;
    readonly ConcurrentDictionary<string, byte[]> got = [];

    public OtlpTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        collector = builder.Build();
        collector.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            got.AddOrUpdate(context.Request.Path, body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
        });
    }

    public async ValueTask DisposeAsync() => await collector.DisposeAsync();

    [Fact]
    public async Task Spans_of_the_callers_trace_and_metrics_come_to_the_collector()
    {
        await collector.StartAsync(TestContext.Current.CancellationToken);
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using (TestServer server = await TestServer.Start(options: new ServerOptions { OtlpEndpoint = collector.Urls.Single() + "/otlp" }))
            await server.PostText("/rerank", """{"query":"lamp","texts":["a","bb"]}""", 200, ("traceparent", $"00-{Trace}-b7ad6b7169203331-01")); // what is left is sent as it stops
        Assert.Equal(["/otlp/v1/metrics", "/otlp/v1/traces"], got.Keys.Order(StringComparer.Ordinal));
        string traces = Encoding.Latin1.GetString(got["/otlp/v1/traces"]), metrics = Encoding.Latin1.GetString(got["/otlp/v1/metrics"]);
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(Trace)), traces);
        Assert.Contains("attar.model", traces);
        Assert.Contains("te_request_count", metrics);
    }

    [Theory, InlineData("localhost:4317"), InlineData("file:///etc/passwd"), InlineData("x")]
    public void An_address_that_is_none_is_refused(string address) => Assert.Null(ServerSettings.All.Single(setting => setting.Name == "otlp-endpoint").With(new ServerOptions(), address));
}
