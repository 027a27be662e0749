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
        double[] x = [.. figure.Descendants("circle").Select(dot => (double)dot.Attribute("cx")!)], y = [.. figure.Descendants("circle").Select(dot => (double)dot.Attribute("cy")!)];
        Assert.Equal(3, x.Length);
        Assert.Equal(x[1] - x[0], x[2] - x[1], tolerance: .02);
        Assert.True(x[0] < x[1] && y[0] > y[1] && y[1] > y[2]);
        XElement line = Assert.Single(figure.Descendants("path"));
        Assert.Equal("whisker s1", line.Attribute("class")!.Value);
        Assert.Equal(2, line.Attribute("d")!.Value.Split('M', 'L').Length - 1);
        Assert.Equal(["1", "2", "5", "10", "20", "50", "100"], figure.Descendants("text").Where(text => text.Attribute("text-anchor")!.Value == "middle").Select(text => text.Value));
        Assert.Contains("student@int8: .9000, 95 % interval .8900 to .9100, 10 ms", figure.Value);
    }

    [Fact]
    public void Names_of_neighbours_do_not_lie_over_one_another()
    {
        XElement figure = XElement.Parse(TradeOff.Draw("AUC", [.. Enumerable.Range(0, 6).Select(i => ($"student-{i}", At(.9 + i * 1e-5), (double?)(10 + i * 1e-3))), ("far", At(.9), 90)]).ToString());
        double[] heights = [.. figure.Descendants("g").Select(system => (double)system.Element("text")!.Attribute("y")!).SkipLast(1).Order()];
        Assert.All(heights.Zip(heights[1..]), next => Assert.True(next.Second - next.First >= 11.9, $"{next}"));
    }

    [Fact]
    public void One_system_alone_leaves_nothing_to_choose() => Assert.Equal("", TradeOff.Draw("AUC", [("student", At(.9), 8), ("elsewhere", At(.9), null)]).ToString());

    static Estimate At(double value) => new(value, value - .01, value + .01);
}
