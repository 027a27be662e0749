using Attar.Server.Security;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>A page whose own name points at this machine must not read what is served here.</summary>
[Collection(nameof(Alone))] // one of them takes standard error
public class HostTests
{
    const string Body = """{"query":"q","texts":["a"]}""";

    static async Task<int> Ask(TestServer server, string host, string path = "/rerank") =>
        (int)(path == "/rerank" ? await server.Post(path, Body, ("Host", host)) : await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } })).StatusCode;

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:8080", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("192.0.2.7", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    public async Task A_server_on_loopback_answers_to_localhost_and_to_addresses(string host, int status)
    {
        await using TestServer server = await TestServer.Start();
        Assert.Equal(status, await Ask(server, host));
        Assert.Equal(status, await Ask(server, host, "/catalogue"));
        Assert.Equal(200, await Ask(server, host, "/health/live"));
        Assert.Equal(200, await Ask(server, host, "/health"));
    }

    [Theory]
    [InlineData("shop.example, *.inner.example", "shop.example", 200)]
    [InlineData("shop.example, *.inner.example", "a.inner.example", 200)]
    [InlineData("shop.example, *.inner.example", "inner.example", 421)]
    [InlineData("shop.example", "other.example", 421)]
    [InlineData("*", "other.example", 200)]
    public async Task More_names_are_allowed_by_the_list(string list, string host, int status)
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(AllowedHosts: list));
        Assert.Equal(status, await Ask(server, host));
    }

    [Fact]
    public async Task Who_is_refused_is_logged_with_address_and_key_and_a_flood_in_few_lines()
    {
        string keys = Path.GetTempFileName(), key = ApiKey.Generate();
        await File.WriteAllTextAsync(keys, new ApiKey("shop", ApiKey.HashOf(key), Rate: 1e-3).ToLine());
        using StringWriter log = new();
        TextWriter before = Console.Error;
        Console.SetError(TextWriter.Synchronized(log));
        TestServer server;
        try
        {
            server = await TestServer.Start(options: new ServerOptions(Keys: keys));
        }
        finally
        {
            Console.SetError(before);
        }
        await using (server)
        {
            await server.PostText("/rerank", Body, 401, ("Authorization", "Bearer wrong-secret"));
            await server.PostText("/admin/reload", "", 403, ("Authorization", "Bearer " + key));
            await server.PostText("/rerank", Body, 200, ("Authorization", "Bearer " + key));
            await server.PostText("/rerank", Body, 429, ("Authorization", "Bearer " + key));
            for (int i = 0; i < 300; i++) await server.PostText("/rerank", Body, 401);
        }
        string[] lines = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("refused 127.0.0.1 (no key) at POST /rerank: this API key is not known"));
        Assert.Contains(lines, line => line.Contains("refused 127.0.0.1 (shop) at POST /admin/reload: this API key may not do that"));
        Assert.Contains(lines, line => line.Contains("refused 127.0.0.1 (shop) at POST /rerank: this API key asks too often"));
        Assert.DoesNotContain("wrong-secret", log.ToString());
        Assert.InRange(lines.Length, 4, 200);
        File.Delete(keys);
    }
}
