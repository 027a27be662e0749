using System.Diagnostics;
using Attar.Data;
using Attar.Retrieval;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Attar.Server.Tests;

namespace Attar.EndToEnd.Tests;

/// <summary>The search page as a browser shows it; skipped where Chromium is not installed.</summary>
public class SearchPageTests
{
    static readonly Product[] Products =
    [
        new("p1", "drill <img src=x onerror=\"document.title='harmed'\">", "<script>document.title='harmed'</script>"),
        new("p2", "cordless drill", "Nordvik"),
    ];

    [Fact]
    public async Task Results_stand_side_by_side_with_their_moves_and_nothing_of_them_is_markup()
    {
        string page = await Show("?q=drill%22%3E%3Cb%3E");
        Assert.Equal(2, Count(page, "<section "));
        Assert.Equal(4, Count(page, "<li "));
        Assert.Contains("▲1", page);
        Assert.Contains("▼1", page);
        Assert.Contains("&lt;script&gt;document.title", page);
        Assert.DoesNotContain("<script>document.title", page);
        Assert.DoesNotContain("<img src=\"x\"", page);
        Assert.Contains("<title>drill\"&gt;&lt;b&gt; · Attar</title>", page);
    }

    [Fact]
    public async Task An_unknown_word_finds_nothing_and_says_so() =>
        Assert.Contains("No product matches “piano”", await Show("?q=piano"));

    [Fact]
    public async Task Before_the_first_search_examples_wait_for_a_click() =>
        Assert.Contains("<a href=\"?q=cordless%20drill\">cordless drill</a>", await Show(""));

    /// <summary>The document of a page after its script ran, as markup.</summary>
    static async Task<string> Show(string address)
    {
        string? browser = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "Chromium is not installed");
        await using var app = AttarServer.Create(
            new ServerOptions(Port: 0),
            [new Source<IScoringModel>("student", () => new TextModel((_, documents) => [.. documents.Select((_, place) => (float)place)]), () => "")],
            new Source<Storefront>("catalogue", () => new Storefront(new Shop(), Products.ToDictionary(product => product.Id), ["cordless drill"]), () => ""));
        Uri server = await AttarServer.Start(app);
        DirectoryInfo profile = Directory.CreateTempSubdirectory("attar-browser-");
        try
        {
            string[] options =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", $"--user-data-dir={profile.FullName}", "--virtual-time-budget=5000", "--dump-dom", $"{server}{address}",
            ];
            using Process process = Process.Start(new ProcessStartInfo(browser!, options) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            _ = process.StandardError.ReadToEndAsync();
            Task<string> page = process.StandardOutput.ReadToEndAsync();
            if (await Task.WhenAny(page, Task.Delay(TimeSpan.FromSeconds(60))) != page) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(); // only then is the profile left alone
            return await page;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    static int Count(string text, string part) => text.Split(part).Length - 1;

    sealed class Shop : ISearch
    {
        public IReadOnlyList<(Product Product, float Score)> Search(string query, int count) =>
            query.StartsWith("drill") ? [.. Products.Select((product, place) => (product, 2f - place))] : [];
    }
}
