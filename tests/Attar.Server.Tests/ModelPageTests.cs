using System.Net;
using System.Text.RegularExpressions;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Security;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>What is served, as a page, and the form that loads it anew.</summary>
public sealed partial class ModelPageTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-model-").FullName;
    readonly CookieContainer cookies = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static string Line(string name, bool admin = false, bool read = false) => new ApiKey(name, ApiKey.HashOf("key-of-" + name), admin, Reads: read).ToLine();

    async Task<TestServer> Keyed(params Source<IScoringModel>[] models)
    {
        string keys = Path.Combine(folder, "keys");
        await File.WriteAllLinesAsync(keys, [Line("root", admin: true), Line("bob", read: true), Line("app")]);
        return await TestServer.Start(new ServerOptions(Keys: keys, WatchSeconds: 0), null, models.Length > 0 ? models : [TestServer.Model("student", TestServer.ByLength)]);
    }

    async Task<(HttpClient Browser, string Page)> SignedIn(TestServer server, string name)
    {
        var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = server.Address };
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        using FormUrlEncodedContent key = new([new("key", "key-of-" + name), new("to", "/model")]);
        using HttpResponseMessage response = await browser.PostAsync("/sign-in", key);
        return (browser, await response.Content.ReadAsStringAsync());
    }

    static async Task<(HttpStatusCode Status, string Page)> Reload(HttpClient browser, string token, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/model/reload") { Content = new FormUrlEncodedContent([new("token", token)]) };
        foreach ((string name, string value) in headers) request.Headers.Add(name, value);
        using HttpResponseMessage response = await browser.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    static string Token(string page) => Tokens().Match(page).Groups[1].Value;

    [Fact]
    public async Task An_admin_loads_everything_anew_by_the_page_s_form_and_a_refused_model_is_told()
    {
        int loads = 0;
        await using TestServer server = await Keyed(new Source<IScoringModel>("student", () => ++loads == 3 ? throw new InvalidDataException("<b>broken</b>\nsecond line") : new TextModel(TestServer.ByLength), () => ""));
        (HttpClient browser, string page) = await SignedIn(server, "root");
        using (browser)
        {
            (HttpStatusCode status, page) = await Reload(browser, Token(page), ("Sec-Fetch-Site", "same-origin"));
            Assert.Equal((HttpStatusCode.OK, 2), (status, loads));
            Assert.DoesNotContain("refused,", page);
            (status, page) = await Reload(browser, Token(page));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains("student: loading anew was refused, ", page);
            Assert.Contains("the old one stays: &lt;b&gt;broken&lt;/b&gt;</p>", page);
        }
    }

    [Fact]
    public async Task A_form_of_another_page_or_of_who_may_not_reloads_nothing()
    {
        int loads = 0;
        await using TestServer server = await Keyed(new Source<IScoringModel>("student", () => { loads++; return new TextModel(TestServer.ByLength); }, () => ""));
        (HttpClient browser, string page) = await SignedIn(server, "root");
        using (browser)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await Reload(browser, "")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await Reload(browser, Token(page)[..^1] + "x")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await Reload(browser, Token(page), ("Sec-Fetch-Site", "cross-site"))).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await Reload(browser, Token(page), ("Origin", "https://evil.example"))).Status);
        }
        string token = Token(page);
        (browser, page) = await SignedIn(server, "bob");
        using (browser)
        {
            Assert.DoesNotContain("<form class=\"reload\"", page);
            Assert.Contains("attar key NAME --admin", page);
            Assert.Equal(HttpStatusCode.Forbidden, (await Reload(browser, token)).Status);
        }
        foreach (string name in (string[])["app", "bob"])
            Assert.Equal(HttpStatusCode.Forbidden, (await Reload(server.Client, token, ("x-api-key", $"key-of-{name}"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Reload(server.Client, token)).Status);
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task Without_a_key_file_nobody_reloads()
    {
        await using TestServer server = await TestServer.Start();
        string page = await server.Client.GetStringAsync("/model");
        Assert.Contains("This server has no key file", page);
        Assert.Contains("answers who names no model", page);
        Assert.Equal(HttpStatusCode.Forbidden, (await Reload(server.Client, "")).Status);
    }

    [Theory, InlineData("/runs"), InlineData("/quality"), InlineData("/model")]
    public async Task Who_has_no_key_is_sent_to_sign_in_and_back(string path)
    {
        await using TestServer server = await Keyed();
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.GetAsync(path)).StatusCode);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address, DefaultRequestHeaders = { { "Accept", "text/html" } } };
        using HttpResponseMessage response = await browser.GetAsync(path);
        Assert.Equal($"/sign-in?to={Uri.EscapeDataString(path)}", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_shadow_s_agreement_is_told_model_by_model()
    {
        await using TestServer server = await TestServer.Start(
            new ServerOptions(Shadow: "next", ShadowShare: 1), null,
            TestServer.Model("student", (_, documents) => [.. documents.Select((_, i) => (float)i)]), TestServer.Model("next", (_, documents) => [.. documents.Select((_, i) => -(float)i)]));
        Assert.Contains("No request was scored by both yet", await server.Client.GetStringAsync("/model"));
        for (int i = 1; i <= 3; i++)
        {
            await server.PostText("/rerank", $$"""{"query":"q{{i}}","texts":["a","b","c"]}""");
            await TestServer.Until(async () => (await server.Client.GetStringAsync("/model")).Contains($"""<th scope="row">student</th><td>{i}</td><td>0.0%</td><td>100.0%</td><td>2.000</td>""")); // logits 0 and 0, 1 and -1, 2 and -2
        }
        await AttarServer.Reload(server.App);
        await server.PostText("/rerank", """{"query":"new","texts":["a","b","c"]}""");
        await TestServer.Until(async () => (await server.Client.GetStringAsync("/model")).Contains("<td>1</td><td>0.0%</td>")); // of the models that serve now
    }

    [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"")]
    private static partial Regex Tokens();
}
