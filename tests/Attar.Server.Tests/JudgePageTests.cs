using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Attar.Data;
using Attar.Online.Judging;
using Attar.Online.Storage;
using Attar.Server.Security;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>The judging pages as a browser without a script sees them.</summary>
public sealed partial class JudgePageTests : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-judge-").FullName;
    readonly CookieContainer cookies = new();
    OnlineServer server = null!; // of tests that open one
    HttpClient browser = null!;

    public async ValueTask DisposeAsync()
    {
        browser?.Dispose();
        if (server is not null) await server.DisposeAsync();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static JudgingTask Task(JudgingKind kind = JudgingKind.Grade, int raters = 1) =>
        new("drills", kind, JudgingTask.UsualGrades(3), new GradeScale([0, .5, 1], 1), "«Exact» is what\nwas <asked> for.", ["bm25", "student"], 10, 10, raters, Repeated: 0);

    async Task<JudgingStore> Open(JudgingTask task, JudgingItem[] items, params string[] keyLines)
    {
        string keys = keyLines.Length == 0 ? "" : Path.Combine(folder, "keys");
        if (keyLines.Length > 0) await File.WriteAllLinesAsync(keys, keyLines);
        server = await OnlineServer.Start([], options: new ServerOptions(Model: "long", Keys: keys));
        browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = server.Server.Address };
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        await server.Store.Judging.Add(task, items, DateTimeOffset.UnixEpoch);
        return server.Store.Judging;
    }

    static JudgingItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => new JudgingItem("q1", "drill <b>", [[$"p{i}"]]))];

    static string Line(string name, string key, bool judge = false, bool read = false, bool admin = false) => new ApiKey(name, ApiKey.HashOf(key), admin, Judges: judge, Reads: read).ToLine();

    async Task<(HttpStatusCode Status, string Page)> Get(string path)
    {
        using HttpResponseMessage response = await browser.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    async Task<(HttpStatusCode Status, string Page)> Send(string path, (string Name, string Value)[] fields, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value)) };
        foreach ((string name, string value) in headers) request.Headers.Add(name, value);
        using HttpResponseMessage response = await browser.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    Task<(HttpStatusCode Status, string Page)> SignIn(string key) => Send("/sign-in", [("key", key), ("to", "/judge/drills")]);

    [GeneratedRegex("""name="(token|item)" value="([^"]*)""")]
    private static partial Regex Hidden();

    /// <summary>The hidden fields of a page's first form, as a browser would send them.</summary>
    static (string Name, string Value)[] FieldsOf(string page) => [.. Hidden().Matches(page).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).DistinctBy(field => field.Item1)];

    static void IsSound(string page)
    {
        Assert.DoesNotContain("style=", page); // the policy refuses it
        Assert.DoesNotContain("onclick", page);
        string main = page[page.IndexOf("<main>", StringComparison.Ordinal)..(page.IndexOf("</main>", StringComparison.Ordinal) + "</main>".Length)];
        XElement.Parse(NotXml().Replace(main, "")); // every tag is closed
    }

    /// <summary>Tags that end by themselves, and attributes without a value.</summary>
    [GeneratedRegex("<(input|br)[^>]*>| (hidden|disabled|open)(?=>)")]
    private static partial Regex NotXml();

    [Fact]
    public async Task A_rater_signs_in_by_name_judges_all_and_takes_one_back()
    {
        JudgingStore store = await Open(Task(), Items(3));
        (_, string start) = await Get("/judge");
        Assert.Contains("Sign in and judge", start);
        Assert.Contains("Your name", (await Get("/judge/drills")).Page); // the sign-in, which leads back
        (_, string page) = await SignIn("ann");
        for (int left = 3; left > 0; left--)
        {
            IsSound(page);
            Assert.Contains($"{3 - left} answered, {left} to go", page);
            Assert.Contains("drill &lt;b&gt;</h1>", page);
            Assert.Contains("«Exact» is what<br>was &lt;asked&gt; for.", page);
            Assert.Equal(4, page.Split("name=\"answer\"").Length - 1); // three grades and «cannot say»
            (_, page) = await Send("/judge/drills", [.. FieldsOf(page), ("answer", left == 3 ? "-1" : "2")]);
        }
        Assert.Contains("Nothing waits for you here", page);
        IReadOnlyList<JudgingAnswer> answers = await store.Answers("drills");
        Assert.Equal([("ann", -1), ("ann", 2), ("ann", 2)], answers.Select(answer => (answer.Rater, answer.Answer)));

        (_, page) = await Send("/judge/drills/undo", FieldsOf(page));
        Assert.Contains($"value=\"{answers[2].Place}.0\"", page); // that item again
        Assert.Equal(2, (await store.Answers("drills")).Count);
        (_, page) = await Send("/judge/drills", [.. FieldsOf(page), ("answer", "0")]);
        Assert.Equal(0, (await store.Answers("drills"))[^1].Answer);
        string overview = (await Get("/judge")).Page;
        IsSound(overview);
        Assert.Contains("2 of 3 products graded.", overview);
        Assert.Contains("<th scope=\"row\">ann</th><td>2</td><td>1</td>", overview);
    }

    [Fact]
    public async Task Two_lists_stand_side_by_side_in_either_order_and_nothing_says_whose_they_are()
    {
        JudgingTask task = Task(JudgingKind.Compare);
        JudgingStore store = await Open(task, [.. Enumerable.Range(0, 12).Select(i => new JudgingItem($"q{i}", $"drill {i}", [["p0", "p1"], ["p2"]]))]);
        (_, string page) = await SignIn("ann");
        int swapped = 0;
        for (int i = 0; i < 12; i++)
        {
            IsSound(page);
            int place = int.Parse(FieldsOf(page).Single(field => field.Name == "item").Value.Split('.')[0]);
            bool other = Turn.IsSwapped(task, "ann", place);
            swapped += other ? 1 : 0;
            Assert.Equal(other, page.IndexOf("drillxx", StringComparison.Ordinal) < page.IndexOf("drillx<", StringComparison.Ordinal));
            Assert.DoesNotContain("student", page);
            Assert.DoesNotContain("bm25", page);
            (_, page) = await Send("/judge/drills", [.. FieldsOf(page), ("answer", other ? "2" : "0")]); // where the first system's stands
        }
        Assert.InRange(swapped, 1, 11);
        Assert.All(await store.Answers("drills"), answer => Assert.Equal(JudgingTask.First, answer.Answer));
        Assert.Contains("bm25 on 12, alike on 0", (await Get("/judge")).Page);
    }

    [Fact]
    public async Task What_is_no_answer_of_the_page_is_refused_and_nothing_kept()
    {
        JudgingStore store = await Open(Task(), Items(2));
        (_, string page) = await SignIn("ann");
        (string Name, string Value)[] fields = FieldsOf(page);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send("/judge/drills", [("item", "0.0"), ("answer", "1")])).Status); // no token
        Assert.Equal(HttpStatusCode.Forbidden, (await Send("/judge/drills", [("token", "00000000000000000000000000000000"), ("item", "0.0"), ("answer", "1")])).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send("/judge/drills", [.. fields, ("answer", "1")], ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send("/judge/drills", [.. fields, ("answer", "1")], ("Origin", "https://elsewhere.example"))).Status);
        foreach ((string item, string answer) in ((string, string)[])[("2.0", "1"), ("0.2", "1"), ("x", "1"), ("0.0", "3"), ("0.0", "-2"), ("0.0", "")])
            Assert.Equal(HttpStatusCode.BadRequest, (await Send("/judge/drills", [fields.Single(field => field.Name == "token"), ("item", item), ("answer", answer)])).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Get("/judge/saws")).Status);
        Assert.Empty(await store.Answers("drills"));
        Assert.Equal(HttpStatusCode.OK, (await Send("/judge/drills", [.. fields, ("answer", "1")], ("Origin", server.Server.Address.ToString().TrimEnd('/')))).Status);
        Assert.Single(await store.Answers("drills"));
        (_, page) = await SignIn("bob"); // a form of another visitor's
        Assert.Equal(HttpStatusCode.Forbidden, (await Send("/judge/drills", [.. fields, ("answer", "1")])).Status);
    }

    [Fact]
    public async Task With_a_key_file_only_keys_that_judge_judge()
    {
        JudgingStore store = await Open(Task(), Items(1), Line("ann", "key-of-ann", judge: true), Line("bob", "key-of-bob", read: true), Line("root", "key-of-root", admin: true), Line("app", "key-of-app"));
        Assert.Contains("Your key", (await Get("/judge")).Page);
        Assert.Equal(HttpStatusCode.Forbidden, (await SignIn("key-of-nobody")).Status);
        Assert.Empty(cookies.GetAllCookies());

        (_, string page) = await SignIn("key-of-ann");
        Assert.True(cookies.GetAllCookies()[0] is { HttpOnly: true });
        string overview = (await Get("/judge")).Page;
        Assert.Contains("Judge: 1 to go", overview);
        Assert.DoesNotContain("kappa", overview); // who judges is not shown how others do
        Assert.Equal(HttpStatusCode.OK, (await Get("/experiments")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get("/search?q=drill")).Status); // signed in for the search page too
        Assert.Equal(HttpStatusCode.OK, (await Send("/judge/drills", [.. FieldsOf(page), ("answer", "1")])).Status);
        Assert.Equal("ann", Assert.Single(await store.Answers("drills")).Rater);

        foreach (string key in (string[])["key-of-bob", "key-of-app"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await SignIn(key)).Status); // signed in, and led to what it may not do
            Assert.Equal(HttpStatusCode.OK, (await Get("/judge")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await Send("/judge/drills", [("item", "0.0"), ("answer", "1")])).Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await SignIn("key-of-root")).Status);

        await Send("/sign-out", []);
        Assert.Contains("Your key", (await Get("/judge")).Page);
    }

    [Theory]
    [InlineData("ann", "POST", "/v1/rerank", 403), InlineData("ann", "POST", "/admin/reload", 403), InlineData("ann", "GET", "/search?q=drill", 200)]
    [InlineData("bob", "POST", "/v1/rerank", 403), InlineData("bob", "GET", "/experiments", 200), InlineData("bob", "POST", "/ubi/events", 403)]
    [InlineData("app", "POST", "/v1/rerank", 200), InlineData("app", "POST", "/admin/reload", 403), InlineData("root", "POST", "/v1/rerank", 200)]
    public async Task Each_word_of_a_key_lets_in_what_it_says(string name, string method, string path, int status)
    {
        await Open(Task(), Items(1), Line("ann", "key-of-ann", judge: true), Line("bob", "key-of-bob", read: true), Line("root", "key-of-root", admin: true), Line("app", "key-of-app"));
        using HttpRequestMessage request = new(new HttpMethod(method), path) { Headers = { { "x-api-key", $"key-of-{name}" } } };
        if (method == "POST") request.Content = new StringContent("""{"query":"drill","documents":["a"]}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }

    /// <summary>A cookie comes by itself with whatever another page makes the browser ask, so it does nothing but read and what forms guard.</summary>
    [Fact]
    public async Task A_cookie_alone_scores_and_reloads_nothing()
    {
        await Open(Task(), Items(1), Line("root", "key-of-root", admin: true));
        await SignIn("key-of-root");
        foreach (string path in (string[])["/admin/reload", "/v1/rerank"])
        {
            using StringContent body = new("""{"query":"drill","documents":["a"]}""", System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await browser.PostAsync(path, body);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/judge/drills", "/judge/drills"), InlineData("//evil.example", "/judge"), InlineData("https://evil.example", "/judge"), InlineData("/\\evil.example", "/judge"), InlineData("/a\nb", "/judge"), InlineData(null, "/judge")]
    public void The_sign_in_leads_nowhere_else(string? asked, string led) => Assert.Equal(led, Attar.Server.Security.SignIn.Local(asked));

    [Fact]
    public async Task Without_a_file_of_experiments_the_page_says_what_to_do()
    {
        await using TestServer plain = await TestServer.Start();
        Assert.Contains("Start the server with --experiments FILE", await plain.Client.GetStringAsync("/judge"));
    }

    [Fact]
    public async Task While_the_store_is_away_the_page_says_so()
    {
        await Open(Task(), Items(1));
        await SignIn("ann");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(server.Database)!, "online.db*")) File.Delete(file);
        Directory.CreateDirectory(server.Database); // no file can be there
        (HttpStatusCode status, string page) = await Get("/judge");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("The store is away", page);
    }
}
