using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Attar.Server.Security;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public sealed class KeyTests : IDisposable
{
    readonly string file = Path.GetTempFileName();
    readonly string shop = ApiKey.Generate(), admin = ApiKey.Generate();

    public KeyTests() => File.WriteAllText(file, $"# keys\n\n{Line("shop", shop)}\n{new ApiKey("ops", ApiKey.HashOf(admin), Admin: true).ToLine()}\n");

    public void Dispose() => File.Delete(file);

    static string Line(string name, string key, double? rate = null) => new ApiKey(name, ApiKey.HashOf(key), Rate: rate).ToLine();

    Task<TestServer> Start() => TestServer.Start(options: new ServerOptions(Keys: file, WatchSeconds: .05));

    static async Task<HttpStatusCode> Ask(TestServer server, string? key, string path = "/rerank", string header = "Authorization") =>
        (await server.Post(path, """{"query":"q","texts":["a"]}""", key is null ? [] : [(header, header == "Authorization" ? "Bearer " + key : key)])).StatusCode;

    [Fact]
    public async Task Only_who_has_a_key_may_ask()
    {
        await using TestServer server = await Start();
        Assert.Equal(HttpStatusCode.OK, await Ask(server, shop));
        Assert.Equal(HttpStatusCode.OK, await Ask(server, shop, header: "x-api-key"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(server, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(server, shop + "x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(server, ""));
        foreach (string path in (string[])["/search?q=a", "/catalogue", "/info", "/metrics", "/v1/models"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.GetAsync(path)).StatusCode);
        foreach (string path in (string[])["/", "/page.js", "/health", "/health/live", "/health/ready", "/openapi.json"])
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("/v2/rerank", "message")]
    [InlineData("/rerank", "error")]
    [InlineData("/score", "error")]
    [InlineData("/v1/rerank", "detail")]
    [InlineData("/search", "detail")]
    public async Task Who_has_none_is_told_in_the_shape_of_the_interface(string path, string field)
    {
        await using TestServer server = await Start();
        using HttpResponseMessage response = path == "/search" ? await server.Client.GetAsync(path) : await server.Post(path, "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Contains("expected an API key: Authorization: Bearer KEY", TestServer.Json(await response.Content.ReadAsStringAsync()).GetProperty(field).GetRawText());
    }

    [Fact]
    public async Task Only_an_admin_key_may_reload()
    {
        await using TestServer server = await Start();
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(server, shop, "/admin/reload"));
        JsonElement answer = await server.PostJson("/admin/reload", "", 200, ("Authorization", "Bearer " + admin));
        Assert.Equal(
            """{"reloaded":[{"name":"catalogue","outcome":"loaded"},{"name":"student","outcome":"loaded"},{"name":"keys","outcome":"loaded"}]}""",
            answer.GetRawText());
        await using TestServer open = await TestServer.Start();
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(open, null, "/admin/reload"));
    }

    [Fact]
    public async Task A_reload_goes_on_when_who_asked_for_it_has_gone()
    {
        using Hold hold = new();
        int loads = 0;
        TextModel Load()
        {
            if (Interlocked.Increment(ref loads) == 2) hold.Wait();
            return new TextModel(TestServer.ByLength);
        }
        await using TestServer server = await TestServer.Start(
            new ServerOptions(Keys: file, WatchSeconds: 0), null, new("student", Load, () => ""), TestServer.Model("teacher", TestServer.ByLength));
        using CancellationTokenSource leave = new();
        using HttpRequestMessage request = new(HttpMethod.Post, "/admin/reload") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", admin) } };
        Task<HttpResponseMessage> asked = server.Client.SendAsync(request, leave.Token);
        await hold.Begun();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        hold.End();
        await TestServer.Until(async () =>
        {
            using HttpRequestMessage metrics = new(HttpMethod.Get, "/metrics") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", admin) } };
            return (await (await server.Client.SendAsync(metrics)).Content.ReadAsStringAsync()).Contains("""attar_reloads{name="teacher",outcome="loaded"}""");
        });
    }

    [Theory]
    [InlineData(1e12)]
    [InlineData(1e-12)]
    public async Task Any_rate_is_a_rate(double rate)
    {
        File.AppendAllText(file, $"odd sha256:{Convert.ToHexString(ApiKey.HashOf("odd"))} rate={rate.ToString("F12", System.Globalization.CultureInfo.InvariantCulture)}\n");
        await using TestServer server = await Start();
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "odd"));
    }

    [Fact]
    public async Task Keys_are_read_again_when_the_file_changes_and_stay_when_it_is_broken()
    {
        await using TestServer server = await Start();
        string next = ApiKey.Generate();
        File.AppendAllText(file, Line("shop", next) + "\n");
        await TestServer.Until(async () => await Ask(server, next) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await Ask(server, shop)); // both hold while clients change over
        File.WriteAllText(file, "half a li");
        await TestServer.Until(async () =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/metrics") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", next) } };
            return (await (await server.Client.SendAsync(request)).Content.ReadAsStringAsync()).Contains("""attar_reloads{name="keys",outcome="refused"}""");
        });
        Assert.Equal(HttpStatusCode.OK, await Ask(server, next));
        File.WriteAllText(file, Line("shop", next) + "\n");
        await TestServer.Until(async () => await Ask(server, shop) == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_broken_file_is_told_by_health_and_by_metrics_with_the_keys_that_it_may_have_revoked()
    {
        await using TestServer server = await Start();
        async Task<string> Metrics()
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/metrics") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", shop) } };
            return await (await server.Client.SendAsync(request)).Content.ReadAsStringAsync();
        }
        Assert.Equal("""{"status":"ready","models":{"student":""},"warnings":[]}""", await server.Client.GetStringAsync("/health/ready"));
        Assert.Contains("attar_key_file_broken 0\n", await Metrics());

        File.WriteAllText(file, $"{Line("shop", shop)}\nhalf a li"); // ops has gone, and something is wrong
        await TestServer.Until(async () => (await Metrics()).Contains("attar_key_file_broken 1\n"));
        Assert.Contains("attar_keys_unlisted 1\n", await Metrics());
        JsonElement health = await server.GetJson("/health/ready");
        Assert.Equal("the key file is broken, so the keys of its last good reading hold, 1 of which it does not name any more; the log says what is wrong", health.GetProperty("warnings")[0].GetString());
        Assert.Equal(HttpStatusCode.OK, await Ask(server, admin)); // still, but somebody knows

        File.Delete(file);
        await TestServer.Until(async () => (await Metrics()).Contains("attar_keys_unlisted 2\n"));
        File.WriteAllText(file, Line("shop", shop) + "\n");
        await TestServer.Until(async () => await Ask(server, admin) == HttpStatusCode.Unauthorized);
        Assert.Equal("""{"status":"ready","models":{"student":""},"warnings":[]}""", await server.Client.GetStringAsync("/health/ready"));
        Assert.Contains("attar_keys_unlisted 0\n", await Metrics());
    }

    [Fact]
    public void A_line_of_any_rate_is_read_as_it_was_written()
    {
        File.WriteAllText(file, Line("fast", shop, rate: 1e20));
        Assert.Equal(1e20, ApiKey.ReadFile(file).Single().Rate);
    }

    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back_and_others_are_not()
    {
        string slow = ApiKey.Generate();
        File.AppendAllText(file, Line("slow", slow, rate: .02) + "\n"); // one in fifty seconds
        await using TestServer server = await Start();
        Assert.Equal(HttpStatusCode.OK, await Ask(server, slow));
        using HttpResponseMessage refused = await server.Post("/rerank", """{"query":"q","texts":["a"]}""", ("Authorization", "Bearer " + slow));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        Assert.Equal(HttpStatusCode.OK, await Ask(server, shop));
    }

    [Fact]
    public void Who_took_a_seconds_worth_waits_for_the_next()
    {
        var clock = new HandClock();
        var bucket = new Bucket(2, clock);
        Assert.True(bucket.TryTake(1, out _) && bucket.TryTake(1, out _));
        Assert.False(bucket.TryTake(1, out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(.5), wait);
        clock.Ms = 499;
        Assert.False(bucket.TryTake(1, out _));
        clock.Ms = 501;
        Assert.True(bucket.TryTake(1, out _));
        clock.Ms = 60_000; // nobody saves up more than a second's worth
        Assert.True(bucket.TryTake(5, out _));
        Assert.False(bucket.TryTake(1, out wait));
        Assert.Equal(TimeSpan.FromSeconds(2), wait);
    }

    [Fact]
    public void The_file_holds_no_key_and_its_lines_read_as_they_were_written()
    {
        Assert.DoesNotContain(shop, File.ReadAllText(file));
        IReadOnlyList<ApiKey> keys = ApiKey.ReadFile(file);
        Assert.Equal(["shop", "ops"], keys.Select(key => key.Name));
        Assert.Equal([false, true], keys.Select(key => key.Admin));
        Assert.Equal(ApiKey.HashOf(shop), keys[0].Hash);
        Assert.NotEqual(ApiKey.Generate(), ApiKey.Generate());
    }

    [Fact]
    public void Every_line_that_is_no_key_is_named()
    {
        File.WriteAllText(file, $"shop\nshop sha256:12\n{Line("good", shop)}\n{Line("bad", shop)} rate=often\n");
        InputException error = Assert.Throws<InputException>(() => ApiKey.ReadFile(file));
        Assert.Equal([$"{file}:1", $"{file}:2", $"{file}:4"], error.Faults.Select(fault => fault.Where));
    }

    /// <summary>A key file that somebody damaged gives keys that are whole, or is refused by its lines.</summary>
    [Fact]
    public void A_damaged_file_gives_whole_keys_or_is_refused()
    {
        string sound = $"{Line("shop", shop, rate: 12.5)}\n# kept for ops\n{new ApiKey("ops", ApiKey.HashOf(admin), Admin: true, Documents: 1e6).ToLine()}\n";
        var random = new Random(1);
        int tries = int.Parse(Environment.GetEnvironmentVariable("ATTAR_FUZZ") ?? "500", CultureInfo.InvariantCulture), refused = 0;
        for (int i = 0; i < tries; i++)
        {
            byte[] damaged = Encoding.UTF8.GetBytes(sound);
            for (int changes = random.Next(1, 4); changes > 0; changes--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(file, damaged[..random.Next(damaged.Length + 1)]);
            try
            {
                Assert.All(ApiKey.ReadFile(file), key => Assert.True(key is { Name.Length: > 0, Hash.Length: 32, Rate: null or >= 0, Documents: null or >= 0 }));
            }
            catch (InputException fault)
            {
                refused++;
                Assert.All(fault.Faults, line => Assert.StartsWith(file + ":", line.Where));
            }
        }
        Assert.InRange(refused, tries / 4, tries);
    }
}
