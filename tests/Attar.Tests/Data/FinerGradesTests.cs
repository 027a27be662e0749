using Attar.Data;

namespace Attar.Tests.Data;

public class FinerGradesTests
{
    static Dataset Data(params Judgment[] judgments) => new(new GradeScale([0, .25, 1], 1.5), [], [], judgments, new Dictionary<string, Split>());

    [Fact]
    public void Ratings_votes_and_gains_keep_their_meaning()
    {
        Dataset five = FinerGrades.Of(Data(new Judgment("q", "a", 4 / 3.0), new Judgment("q", "b", 1.5, [1, 1, 2])), 5);
        Assert.Equal([0, .125, .25, .625, 1], five.Scale.Gains);
        Assert.Equal(3, five.Scale.PositiveFrom);
        Assert.Equal(8 / 3.0, five.Judgments[0].Rating, 1e-12);
        Assert.Equal([1, 0, 1, 0, 2], five.Judgments[1].Votes!);
        Assert.Equal(new GradeScale([0, .25, 1], 1.5).Gain(1.5), five.Scale.Gain(five.Judgments[1].Rating));
    }

    [Theory, InlineData(2), InlineData(4), InlineData(0), InlineData(-3)]
    public void Present_grades_must_keep_their_places(int grades) =>
        Assert.Contains("such as 5", Assert.Throws<InputException>(() => FinerGrades.Of(Data(), grades)).Message);

    [Fact]
    public void As_many_grades_as_before_change_nothing() => Assert.Equal([0, .25, 1], FinerGrades.Of(Data(), 3).Scale.Gains);
}
