using Attar.Data;
using Attar.Online.Judging;
using Attar.Online.Storage;
using Attar.Retrieval;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Attar.Server.Tests;
using Attar.Workspaces;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace Attar.EndToEnd.Tests;

/// <summary>The server's pages in a browser, by keyboard alone and as assistive technology meets them; skipped where Chromium is not installed. Where <c>ATTAR_SCREENSHOTS</c> names a folder, what was seen is kept there.</summary>
public sealed class PagesTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-pages-").FullName;
    WebApplication app = null!;
    Workspace workspace = null!;
    string address = null!;
    OnlineStore store = null!;
    IPlaywright playwright = null!;
    IBrowser browser = null!;

    static readonly Product[] products =
    [
        new("p1", "Cordless drill 18 V", "Nordvik", "Tools > Drills", "voltage=18 V; battery=2 Ah; colour=blue", "Two gears, a light, and a case that closes."),
        new("p2", "Drill bits for wood, 8 pieces", "Kant", "Tools > Accessories"), new("p3", "Drill stand", "Kant", "Tools > Accessories"),
    ];

    static string? Chromium => ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Chromium is null, "Chromium is not installed");
        string file = Path.Combine(folder, "experiments.json"), database = Path.Combine(folder, "online.db");
        await File.WriteAllTextAsync(file, """{ "salt": "0123456789abcdef", "experiments": [ { "name": "wider", "kind": "interleave", "arms": [ { "name": "old", "ranker": "bm25" }, { "name": "new", "ranker": "student" } ] } ] }""");
        workspace = MadeWorkspace.Write(Path.Combine(folder, "workspace"));
        MadeWorkspace.Curve(MadeWorkspace.OpenCurve(workspace), total: 240);
        MadeWorkspace.Stage(workspace, "distill student", [], 30, outputs: null);
        app = AttarServer.Create(
            new ServerOptions(Port: 0, Experiments: file, LogLevel: "none", DrainMs: 0),
            [new Source<IScoringModel>("student", () => new TextModel((_, documents) => [.. documents.Select((_, place) => (float)place)]), () => "")],
            new Source<Storefront>("catalogue", () => new Storefront(new Shop(), products.ToDictionary(product => product.Id), ["cordless drill"]), () => ""), workspace: workspace);
        address = (await AttarServer.Start(app)).ToString().TrimEnd('/');
        store = await OnlineStore.Open(new SqliteDatabase(database));
        JudgingTask grading = new("drills", JudgingKind.Grade, JudgingTask.UsualGrades(3), new GradeScale([0, .5, 1], 1), "Exact: the product that was asked for.\nPartly: of its kind, or made for it.\nIrrelevant: anything else.", ["bm25", "student"], 3, 3, Repeated: 0);
        await store.Judging.Add(grading, [.. products.Select(product => new JudgingItem("q1", "cordless drill", [[product.Id]]))], DateTimeOffset.UnixEpoch);
        await store.Judging.Add(grading with { Name = "lists", Kind = JudgingKind.Compare }, [new JudgingItem("q1", "cordless drill", [["p1", "p2"], ["p2", "p3", "p1"]])], DateTimeOffset.UnixEpoch.AddDays(1));
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (store is not null) await store.DisposeAsync();
        if (app is not null) await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    sealed class Shop : ISearch
    {
        public IReadOnlyList<(Product Product, float Score)> Search(string query, int count) => [.. products.Where(product => product.Title.Contains("rill")).Select((product, place) => (product, 3f - place))];
    }

    [Fact]
    public async Task A_rater_judges_by_keys_alone_and_nothing_of_the_page_is_refused()
    {
        IPage page = await Patient(await browser.NewContextAsync());
        List<string> refused = [];
        page.Console += (_, message) => { if (message.Type == "error") refused.Add(message.Text); };
        page.PageError += (_, error) => refused.Add(error);
        await page.GotoAsync($"{address}/judge/drills");
        await page.Keyboard.TypeAsync("ann"); // the field has the focus
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("text=0 answered, 3 to go");
        foreach ((string key, string then) in ((string, string)[])[("3", "1 answered"), ("1", "2 answered"), ("u", "1 answered"), ("2", "2 answered"), ("0", "Nothing waits for you here")])
        {
            await page.Keyboard.PressAsync(key);
            await page.WaitForSelectorAsync($"text={then}");
        }
        Assert.Equal([2, 1, JudgingAnswer.CannotSay], (await store.Judging.Answers("drills")).Select(answer => answer.Answer)); // the second was taken back and given anew
        Assert.Empty(refused);
    }

    [Fact]
    public async Task Who_does_not_want_keys_to_answer_turns_them_off_and_presses_buttons()
    {
        IPage page = await Patient(await browser.NewContextAsync());
        await SignIn(page);
        await page.UncheckAsync("#keys");
        await page.Keyboard.PressAsync("3");
        await page.ReloadAsync();
        Assert.False(await page.IsCheckedAsync("#keys")); // it is remembered
        await page.Keyboard.PressAsync("3");
        Assert.Empty(await store.Judging.Answers("drills"));
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Partly" }).PressAsync("Enter");
        await page.WaitForSelectorAsync("text=1 answered, 2 to go");
        Assert.Equal(1, Assert.Single(await store.Judging.Answers("drills")).Answer);
    }

    [Fact]
    public async Task Who_asks_why_by_keys_is_told_the_words_that_matter_and_turns_them_away_again()
    {
        IPage page = await Patient(await browser.NewContextAsync());
        await page.GotoAsync($"{address}/?q=cordless%20drill");
        await page.FocusAsync("section:nth-of-type(2) .why");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("section:nth-of-type(2) .words >> text=Most:");
        Assert.StartsWith("query cordless drill", string.Join(' ', (await page.InnerTextAsync(".words")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(0, await page.Locator(".words").CountAsync());
    }

    [Fact]
    public async Task A_training_moves_on_under_the_eyes_of_who_looks()
    {
        await using FileStream run = new(Path.Combine(workspace.Root, "workspace.lock"), FileMode.Create, FileAccess.Write, FileShare.None);
        await run.WriteAsync("1\n"u8.ToArray());
        await run.FlushAsync();
        IPage page = await Patient(await browser.NewContextAsync());
        List<string> refused = [];
        page.Console += (_, message) => { if (message.Type == "error") refused.Add(message.Text); };
        await page.GotoAsync($"{address}/runs");
        await page.WaitForSelectorAsync("text=Training: step 60 of 240");
        await File.AppendAllTextAsync(MadeWorkspace.OpenCurve(workspace), "61\t0.0101\t\t240\n");
        await page.WaitForSelectorAsync("text=Training: step 61 of 240, loss 0.0101");
        Assert.Empty(refused);
    }

    [Fact]
    public async Task From_a_figure_to_the_query_that_is_worst_and_a_search_for_it_by_keys()
    {
        IPage page = await Patient(await browser.NewContextAsync());
        await page.GotoAsync($"{address}/quality");
        await page.FocusAsync(".query summary");
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await page.IsVisibleAsync(".query .sides"));
        Assert.Contains(MadeWorkspace.Hostile, await page.InnerTextAsync(".query")); // as text
        await page.FocusAsync(".query a");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"{address}/?q=*");
        Assert.DoesNotContain("harmed", await page.EvaluateAsync<string>("() => document.title.replace(/^drill .*· Attar$/, '')"));
    }

    /// <summary>Rules of axe-core for levels A and AA of WCAG 2.0 to 2.2, at a phone's and a desk's width, light and dark.</summary>
    [Theory]
    [InlineData(390, ColorScheme.Light), InlineData(390, ColorScheme.Dark), InlineData(1280, ColorScheme.Light), InlineData(1280, ColorScheme.Dark)]
    public async Task No_page_hinders_anybody(int width, ColorScheme scheme)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme, BypassCSP = true }); // axe is a script
        IPage page = await Patient(context);
        await Look("/sign-in", "sign-in");
        await SignIn(page);
        await store.Judging.Answer("drills", [new JudgingAnswer(0, "bob", false, 2, 1), new JudgingAnswer(0, JudgingAnswer.RaterOf("teacher"), false, 0, 1)]);
        foreach ((string path, string name) in ((string, string)[])[("/", "search"), ("/?q=cordless%20drill", "results"), ("/runs", "runs"), ("/quality", "quality"), ("/model", "model"), ("/experiments", "experiments"), ("/judge", "judge"), ("/judge/drills", "grade"), ("/judge/lists", "compare")]) await Look(path, name);

        async Task Look(string path, string name)
        {
            await page.GotoAsync(address + path, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => one.open = true)"); // what opens counts too
            if (await page.QuerySelectorAsync(".why") is { } why)
            {
                await why.ClickAsync();
                await page.WaitForSelectorAsync(".word");
            }
            if (Environment.GetEnvironmentVariable("ATTAR_SCREENSHOTS") is { Length: > 0 } shots) await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(shots, $"{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true });
            AxeResult result = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
            Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation => $"{path}: {violation.Id}, {violation.Help}: {violation.Nodes[0].Html}")));
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{path} is wider than {width}");
        }
    }

    /// <summary>A page that waits as long as a busy machine needs.</summary>
    static Task<IPage> Patient(IBrowserContext context)
    {
        context.SetDefaultTimeout(120_000);
        return context.NewPageAsync();
    }

    async Task SignIn(IPage page)
    {
        await page.GotoAsync($"{address}/sign-in?to=/judge/drills");
        await page.FillAsync("#key", "ann");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"{address}/judge/drills"); // the whole of it: the sign-in page's own address ends alike
    }
}
