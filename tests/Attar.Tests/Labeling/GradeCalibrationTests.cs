using Attar.Data;
using Attar.Labeling.Teachers;

namespace Attar.Tests.Labeling;

public class GradeCalibrationTests
{
    [Fact]
    public void The_distribution_that_made_the_judgments_is_found_again()
    {
        double[] bias = [.5, 0, -.4], slope = [-1.5, 0, 2];
        var random = new Random(3);
        float[] scores = [.. Enumerable.Range(0, 40_000).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        Judgment[] judgments = [.. scores.Select(x => new Judgment("q", "p", Drawn(Distribution(x), random)))];
        var calibration = new GradeCalibration(scores, judgments, 3);
        foreach (float x in new[] { -.9f, -.3f, 0, .4f, .9f })
        {
            double[] found = new double[3];
            calibration.Write(x, found);
            Assert.Equal(1, found.Sum(), 1e-9);
            for (int grade = 0; grade < 3; grade++) Assert.Equal(Distribution(x)[grade], found[grade], .025);
        }

        double[] Distribution(double x)
        {
            double[] p = [.. bias.Zip(slope, (a, b) => Math.Exp(a + b * x))];
            return [.. p.Select(value => value / p.Sum())];
        }
    }

    [Fact]
    public void Where_all_scores_are_one_the_judgments_shares_are_left()
    {
        double[] found = new double[2];
        new GradeCalibration([.3f, .3f, .3f, .3f], [new("q", "a", 1), new("q", "b", 0), new("q", "c", 0), new("q", "d", 0)], 2).Write(.3f, found);
        Assert.Equal(.25, found[1], 1e-3);
    }

    static int Drawn(double[] distribution, Random random)
    {
        double at = random.NextDouble();
        return at < distribution[0] ? 0 : at < distribution[0] + distribution[1] ? 1 : 2;
    }
}
