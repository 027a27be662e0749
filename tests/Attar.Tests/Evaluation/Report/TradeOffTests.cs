using System.Xml.Linq;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Tests.Evaluation.Report;

public class TradeOffTests
{
    /// <summary>Ten times as slow is as far to the right anywhere; precisions of one model are joined, and a run that was read has no place.</summary>
    [Fact]
    public void Systems_lie_by_their_latency_and_precisions_are_joined()
    {
        XElement figure = XElement.Parse(TradeOff.Draw("NDCG@5",
        [
            ("bm25", At(.86), 1), ("student@int8", At(.9), 10), ("student", At(.91), 100), ("elsewhere", At(.95), null), ("untold", At(double.NaN), 5),
        ]).ToString());
        XElement[] dots = [.. figure.Descendants("g").Where(group => group.Element("title") is not null)];
        double[] x = [.. dots.Select(dot => (double)dot.Element("circle")!.Attribute("cx")!)], y = [.. dots.Select(dot => (double)dot.Element("circle")!.Attribute("cy")!)];
        Assert.Equal(3, x.Length);
        Assert.Equal(x[1] - x[0], x[2] - x[1], tolerance: .02);
        Assert.True(x[0] < x[1] && y[0] > y[1] && y[1] > y[2]);
        Assert.Equal(["", "8", "32"], dots.Select(dot => dot.Element("text")!.Value));
        XElement line = Assert.Single(figure.Descendants("path"));
        Assert.Equal("s1", line.Parent!.Attribute("class")!.Value);
        Assert.Equal(2, line.Attribute("d")!.Value.Split('M', 'L').Length - 1);
        Assert.Equal(["1", "2", "5", "10", "20", "50", "100"], figure.Element("svg")!.Elements("text").Where(text => text.Attribute("text-anchor")!.Value == "middle").Select(text => text.Value));
        Assert.Equal("student@int8: .9000, 95 % interval .8900 to .9100, 10 ms", dots[1].Element("title")!.Value);
    }

    [Fact]
    public void Names_that_are_too_many_for_a_row_go_on_in_the_next_and_the_picture_grows()
    {
        (int[] rows, double height) = Rows(3);
        Assert.Equal([3], rows);
        (int[] more, double higher) = Rows(8);
        Assert.Equal([3, 3, 2], more);
        Assert.Equal(32, higher - height);

        static (int[] Rows, double Height) Rows(int models)
        {
            XElement svg = XElement.Parse(TradeOff.Draw("AUC", [.. Enumerable.Range(0, models).Select(i => ($"student-{i:000}", At(.9), (double?)(10 + i)))]).ToString()).Element("svg")!;
            return ([.. svg.Elements("g").Select(model => model.Element("text")!.Attribute("y")!.Value).CountBy(y => y).Select(row => row.Value)], double.Parse(svg.Attribute("viewBox")!.Value.Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void One_system_alone_leaves_nothing_to_choose() => Assert.Equal("", TradeOff.Draw("AUC", [("student", At(.9), 8), ("elsewhere", At(.9), null)]).ToString());

    static Estimate At(double value) => new(value, value - .01, value + .01);
}
