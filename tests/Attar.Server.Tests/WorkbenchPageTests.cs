using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Attar.Server.Settings;
using Attar.Workspaces;

namespace Attar.Server.Tests;

/// <summary>The pages of runs and of quality, over a workspace as stages leave it.</summary>
public sealed class WorkbenchPageTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-workbench-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Task<TestServer> Start(Workspace? workspace) => TestServer.Start(new ServerOptions(), Shop.Of(MadeWorkspace.Products), null, [TestServer.Model("student", TestServer.ByLength)], workspace);

    /// <summary>A page whose every tag is closed, in which nothing of the workspace became markup and nothing is refused by the policy.</summary>
    static async Task<string> Page(TestServer server, string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(path);
        string page = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, page);
        Assert.DoesNotContain("<script>", page);
        Assert.DoesNotContain("style=", page);
        Assert.DoesNotContain("NaN", page);
        string main = page[page.IndexOf("<main>", StringComparison.Ordinal)..(page.IndexOf("</main>", StringComparison.Ordinal) + "</main>".Length)];
        XElement.Parse(Xml(main));
        return main;
    }

    /// <summary>The text of what can be opened, of one kind.</summary>
    static string[] Sections(string main, string kind) =>
        [.. XElement.Parse(Xml(main), LoadOptions.PreserveWhitespace).Descendants("details").Where(one => (string?)one.Attribute("class") == kind).Select(one => string.Join(' ', one.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];

    static string Xml(string main) => main.Replace("&nbsp;", "&#160;").Replace(" data-busy>", " data-busy=\"\">");

    [Fact]
    public async Task Runs_tell_what_each_stage_was_when_and_for_how_long()
    {
        await using TestServer server = await Start(MadeWorkspace.Write(folder));
        string page = await Page(server, "/runs");
        Assert.Equal(
            [
                "done evaluate 30 Nov 2026, 09:03 UTC, 7.0 s split test seed 1 reads data writes report/metrics.json",
                "done distill student 30 Nov 2026, 09:02 UTC, 3 min 5 s student student training.epochs 2 seed 1 reads data writes student",
                "done import 30 Nov 2026, 09:01 UTC, 1.5 s format csv seed 1 reads data writes data",
            ],
            Sections(page, "stage"));
        Assert.Contains("student: loss", page);
        Assert.Contains("<title>step 60: 0.0167</title>", page);
        Assert.Contains("student: NDCG on dev", page);
        Assert.DoesNotContain("of-live", page);
    }

    [Fact]
    public async Task A_training_under_way_is_shown_with_its_steps_and_once_killed_as_stopped()
    {
        Workspace workspace = MadeWorkspace.Write(folder);
        MadeWorkspace.Curve(MadeWorkspace.OpenCurve(workspace), total: 240);
        MadeWorkspace.Stage(workspace, "distill student", [], 30, outputs: null);
        MadeWorkspace.Stage(workspace, "teach", [], 20, outputs: null); // killed before
        await using TestServer server = await Start(workspace);
        string held = Path.Combine(workspace.Root, "workspace.lock");
        await using (FileStream run = new(held, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await run.WriteAsync("123\n"u8.ToArray());
            await run.FlushAsync();
            string page = await Page(server, "/runs");
            Assert.Contains("data-busy", page);
            Assert.Contains("Training: step 60 of 240, loss 0.0167.", page);
            Assert.StartsWith("running distill student", Sections(page, "stage")[0]);
            Assert.StartsWith("stopped before its end teach", Sections(page, "stage")[1]);
        }
        string stopped = await Page(server, "/runs"); // the process is gone, its number still stands in the lock
        Assert.DoesNotContain("data-busy", stopped);
        Assert.Contains("Stopped: step 60 of 240", stopped);
        Assert.StartsWith("stopped before its end distill student", Sections(stopped, "stage")[0]);
        await using FileStream next = new(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None); // whoever looked keeps out nobody
    }

    [Fact]
    public async Task A_study_is_drawn_as_a_curve_or_a_table_until_something_else_is_measured()
    {
        Workspace workspace = MadeWorkspace.Write(folder);
        await File.WriteAllTextAsync(workspace.Metrics, (await File.ReadAllTextAsync(workspace.Metrics)).Replace("\"bm25\"", "\"student-500\"").Replace("\"student\"", "\"student-2000\""));
        MadeWorkspace.Stage(workspace, "scaling", [], 40, ["report/metrics.json"]);
        await using TestServer server = await Start(workspace);
        string page = await Page(server, "/runs");
        Assert.Contains("What more labels bring", page);
        Assert.Contains("2,000 labels: ", page);
        Assert.Contains("500 labels: ", page);
        Assert.Contains("student-2000 beats student-500", page);
        Assert.Contains("Measured by the scaling study, which keeps figures and no rankings", await Page(server, "/quality"));

        MadeWorkspace.Stage(workspace, "ablation", new JsonObject { ["variants"] = new JsonObject { ["student-2000"] = new JsonObject { ["loss"] = "<b>mse" } } }, 50, ["report/metrics.json"]);
        page = await Page(server, "/runs");
        Assert.Contains("&quot;loss&quot;:&quot;\\u003Cb\\u003Emse&quot;", page);
        Assert.Contains("The scaling study ran, but ablation has measured since", page);
    }

    [Fact]
    public async Task Quality_tells_the_figures_and_where_the_student_loses()
    {
        await using TestServer server = await Start(MadeWorkspace.Write(folder));
        string page = await Page(server, "/quality");
        Assert.Contains("student beats bm25: shown on NDCG@5", page);
        Assert.Contains("30 queries, 0 left out that say nothing of a ranking, 150 judged pairs.", page);
        Assert.Contains("It loses to bm25 on 1 of 30 queries.", page);
        string worst = Assert.Single(Sections(page, "query"));
        // Ratings 0 1 2 0 1 in the catalogue's order: the first stage earns (.5/log2(3) + 1/2 + .5/log2(6)) of (1 + .5/log2(3) + .5/2), the student has the worst first.
        Assert.StartsWith($"drill {MadeWorkspace.Hostile} .6445 → .5444", worst);
        Assert.Contains("bm25 NDCG@5 .6445 0 drill", worst);
        Assert.Contains("Difference of NDCG@5 by query length", page);
        Assert.Contains("1 (14): ", page); // one word, fourteen queries
        Assert.Contains("query-length: 3", page);
        Assert.Contains("None was made here yet", page);
    }

    [Theory]
    [InlineData("workspace.json", "/runs", "damaged: expected the JSON that a run writes")]
    [InlineData("workspace.json", "/quality", "damaged: expected the JSON that a run writes")]
    [InlineData("report/metrics.json", "/quality", "damaged: expected the figures that attar evaluate writes")]
    [InlineData("runs/test.qrels", "/quality", "expected 4 fields")]
    [InlineData("runs/student.run", "/quality", "expected 6 fields")]
    [InlineData("data/queries.jsonl", "/quality", "queries.jsonl:1")]
    [InlineData("audit/pairs.json", "/quality", "damaged: expected what attar audit pairs writes")]
    [InlineData("audit/teacher.json", "/quality", "damaged: expected what attar audit teacher writes")]
    public async Task A_damaged_file_is_told_in_a_line_and_the_rest_of_the_page_stands(string file, string path, string said)
    {
        Workspace workspace = MadeWorkspace.Write(folder);
        Directory.CreateDirectory(workspace.Audit);
        foreach (string content in (string[])["{ <b>", "[]", "{}", "null"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), content);
            await using TestServer server = await Start(workspace);
            string page = await Page(server, path);
            if (content == "{ <b>") Assert.Contains(said, page);
            Assert.Contains(path == "/runs" ? "student: loss" : "Audits", page);
        }
    }

    [Theory]
    [InlineData("runs/test.qrels", "no such file, so that queries cannot be looked at one by one")]
    [InlineData("runs/student.run", "There is one system only")]
    [InlineData("report/metrics.json", "Nothing was measured here yet")]
    public async Task What_is_missing_is_told(string file, string said)
    {
        Workspace workspace = MadeWorkspace.Write(folder);
        File.Delete(Path.Combine(folder, file));
        await using TestServer server = await Start(workspace);
        Assert.Contains(said, await Page(server, "/quality"));
    }

    [Theory, InlineData("/runs", "No stage has run here yet"), InlineData("/quality", "Nothing was measured here yet"), InlineData("/model", "No card")]
    public async Task An_empty_workspace_has_pages(string path, string said)
    {
        await using TestServer server = await Start(new Workspace(folder));
        Assert.Contains(said, await Page(server, path));
        await using TestServer none = await Start(null);
        await Page(none, path);
    }

    /// <summary>The report is a page of its own, with its style within: under a policy that lets nothing of it run.</summary>
    [Fact]
    public async Task Written_pages_are_shown_where_nothing_of_them_can_run()
    {
        Workspace workspace = MadeWorkspace.Write(folder);
        await using TestServer server = await Start(workspace);
        using HttpResponseMessage report = await server.Client.GetAsync("/quality/report");
        Assert.Equal(HttpStatusCode.OK, report.StatusCode);
        string policy = Assert.Single(report.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline';", policy);
        Assert.EndsWith("sandbox", policy);
        foreach (string path in (string[])["/quality/pairs", "/quality/teacher", "/model/promotions/none", "/model/promotions/..%2f.."])
            Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(path)).StatusCode);
    }
}
