using System.Xml.Linq;
using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Workspaces;

namespace Attar.Tests.Evaluation.Report;

public sealed class ReportPageTests : IDisposable
{
    readonly MadeUp.Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Text_is_escaped_and_markup_is_not()
    {
        Html inner = Html.Of($"<b>{"a<b>"}</b>");
        Assert.Equal("<i><b>a&lt;b&gt;</b> &quot;&#39;&amp;</i>", Html.Of($"<i>{inner} {"\"'&"}</i>").ToString());
        Assert.Equal("� ", Html.Of($"{"\ud800\0"}").ToString());
        Assert.Equal("<p>1.5 2</p>", Html.Of($"<p>{1.5} {2}</p>").ToString());
    }

    [Fact]
    public void Hostile_titles_queries_and_names_become_no_markup()
    {
        const string hostile = "</bdi></section><script>alert(1)</script>\"onload='x' &amp; <img src=x>";
        Dataset shop = MadeUp.Shop(20);
        shop = shop with
        {
            Products = [.. shop.Products.Select(product => product with { Title = hostile })],
            Queries = [.. shop.Queries.Select(query => query with { Text = hostile + query.Text })],
        };
        string page = Page(shop, "stu<dent", "<script>");
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("<img", page);
        Assert.DoesNotContain("stu<dent", page);
        Assert.Contains("&lt;/bdi&gt;&lt;/section&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=&#39;x&#39; &amp;amp; &lt;img src=x&gt;", page);
        Parse(page);
    }

    [Fact]
    public void The_page_is_whole_and_loads_nothing()
    {
        string page = Page(MadeUp.Shop(50));
        XElement body = Parse(page);
        Assert.Equal(10, body.Descendants("details").Count());
        Assert.Equal(40, body.Descendants("ol").Count());
        Assert.Equal(3 + 2 + 4, body.Descendants("svg").Count()); // three metrics, two against latency, four histograms, no training curves
        Assert.DoesNotContain("http", page);
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotContain("NaN", page);
    }

    [Fact]
    public void Training_curves_are_drawn_where_there_are_any()
    {
        folder.Write("student/training.tsv", "step\tloss\tdev_ndcg\n1\t0.9\t\n2\t0.7\t0.8\n3\tNaN\t\n4\t0.6\t0.85\n5\t0.");
        folder.Write("teacher/training.tsv", "step\tloss\tdev_ndcg\n1\t1.5\t\n");
        folder.Write("labels/other.tsv", "x\n");
        List<TrainingCurve> curves = TrainingCurve.ReadAll(folder.Root);
        Assert.Equal(["student", "teacher"], curves.Select(curve => curve.Model));
        Assert.Equal([(1, .9), (2, .7), (4, .6), (5, 0)], curves[0].Loss);
        Assert.Equal([(2, .8), (4, .85)], curves[0].DevNdcg);

        XElement body = Parse(Page(MadeUp.Shop(20)));
        string[] captions = [.. body.Descendants("figcaption").Select(caption => caption.Value)];
        Assert.Contains("student: loss", captions);
        Assert.Contains("student: NDCG on dev", captions);
        Assert.Contains("teacher: loss", captions);
        Assert.DoesNotContain("teacher: NDCG on dev", captions);
    }

    [Fact]
    public void The_curve_of_a_training_that_has_not_ended_is_the_one_written_last()
    {
        Assert.Null(TrainingCurve.ReadOpen(new Workspace(folder.Root)));
        folder.Write(".making/teach-0a/teacher/checkpoints/training.tsv", "step\tloss\tdev_ndcg\ttotal\n1\t0.9\t\t30\n");
        folder.Write(".making/distill-0b/scaling/student-500-seed1/checkpoints/training.tsv", "step\tloss\tdev_ndcg\ttotal\n4\t0.7\t0.81\t40\n8\t0.5\t\t40\n12\t0.4");
        File.SetLastWriteTimeUtc(folder.At(".making/teach-0a/teacher/checkpoints/training.tsv"), DateTime.UtcNow.AddHours(-1));
        TrainingCurve open = TrainingCurve.ReadOpen(new Workspace(folder.Root))!;
        Assert.Equal(("scaling/student-500-seed1", 40), (open.Model, open.Total));
        Assert.Equal([(4, .7), (8, .5), (12, .4)], open.Loss);
        Assert.Equal([(4, .81)], open.DevNdcg);
    }

    [Fact]
    public void A_curve_says_its_figures_under_the_pointer()
    {
        XElement chart = XElement.Parse(LineChart.Draw("loss", [.. Enumerable.Range(1, 600).Select(step => ((double)step, 1.0 / step))], smooth: true, total: 1200).ToString());
        string[] tips = [.. chart.Descendants().Where(one => one.Name.LocalName == "title").Select(tip => tip.Value)];
        Assert.Equal(60, tips.Length);
        Assert.StartsWith("step 6: ", tips[0]); // the mean of steps 1 to 10
        XElement[] strips = [.. chart.Descendants().Where(one => one.Name.LocalName == "rect")];
        Assert.All(strips.Zip(strips.Skip(1)), pair => Assert.Equal((double)pair.First.Attribute("x")! + (double)pair.First.Attribute("width")!, (double)pair.Second.Attribute("x")!, 1)); // side by side
        Assert.True((double)strips[^1].Attribute("x")! < 200, "half of the steps are to come");
    }

    [Fact]
    public void Lines_of_a_training_file_that_cannot_be_read_are_counted()
    {
        folder.Write("student/training.tsv", "step\tloss\tdev_ndcg\n1\t0.9\t\nx\t0.7\t\n3");
        TrainingCurve curve = Assert.Single(TrainingCurve.ReadAll(folder.Root));
        Assert.Equal(2, curve.Unread);
        Assert.Contains("student: loss (2 lines of training.tsv could not be read)", Page(MadeUp.Shop(20)));
    }

    [Theory]
    [InlineData(.01, .02, Comparison.Better, "student beats bm25: shown on NDCG@5 (+.0150, 95 % interval +.0100 to +.0200)")]
    [InlineData(-.02, -.01, Comparison.Worse, "student is worse than bm25: shown on NDCG@5 (+.0150, 95 % interval -.0200 to -.0100)")]
    [InlineData(-.01, .02, Comparison.NotShown, "student beats bm25: not shown on NDCG@5 (+.0150, 95 % interval -.0100 to +.0200)")]
    public void A_verdict_is_said_in_words(double low, double high, string verdict, string words) =>
        Assert.Equal(words, Verdicts.InWords(new Comparison("student", "bm25", "ndcg@5", .015, low, high, .01, verdict)));

    [Fact]
    public void One_system_alone_makes_a_page_without_comparisons() => Parse(Page(MadeUp.Shop(20), "bm25"));

    [Fact]
    public void Ticks_are_round_and_within_the_axis()
    {
        Assert.Equal([".86", ".88", ".90", ".92"], new Axis(.855, .925, 0, 100).Ticks(4).Select(tick => tick.Label));
        Assert.Equal(["-.5", ".0", ".5", "1.0"], new Axis(-.6, 1.2, 0, 100).Ticks(4).Select(tick => tick.Label));
        Assert.Equal(["0", "500", "1000"], new Axis(0, 1200, 0, 100).Ticks(3).Select(tick => tick.Label));
    }

    [Fact]
    public void A_table_of_text_has_names_left_and_figures_right()
    {
        var table = new ResultTable(["system", "NDCG@5"], [["bm25", ".8721"], ["student-human", "–"]]);
        var text = new StringWriter { NewLine = "\n" };
        table.WriteTo(text);
        Assert.Equal([13, 6], table.Widths);
        Assert.Equal("system         NDCG@5\nbm25            .8721\nstudent-human       –\n", text.ToString());
    }

    [Theory]
    [InlineData(.87214, ".8721", "+.8721")]
    [InlineData(.99996, "1.0000", "+1.0000")]
    [InlineData(-.012, "-.0120", "-.0120")]
    [InlineData(0, ".0000", ".0000")]
    [InlineData(double.NaN, "–", "–")]
    public void Figures_have_four_places(double value, string figure, string signed) =>
        Assert.Equal((figure, signed), (ResultTable.Figure(value), ResultTable.Signed(value)));

    string Page(Dataset shop, params string[] systems)
    {
        new EvaluateStage(systems.Length > 0 ? systems : null, Resamples: 200, PooledResamples: 100)
            .Run(MadeUp.Context(folder.Root), shop, system => new MadeUp.Reranker(system.Name.Trim('<', '>'), shop, system.Name == "bm25" ? 6 : 1.5));
        return File.ReadAllText(folder.At("report/index.html"));
    }

    /// <summary>The page is written so that it is XML too but for void tags, entities and the doctype: unbalanced tags fail here.</summary>
    static XElement Parse(string page) => XElement.Parse(
        page[page.IndexOf("<main>", StringComparison.Ordinal)..page.IndexOf("</body>", StringComparison.Ordinal)]
            .Replace("<details open>", "<details>").Replace("&nbsp;", " ").Replace("&ensp;", " "));
}
