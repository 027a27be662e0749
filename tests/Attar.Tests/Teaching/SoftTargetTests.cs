using Attar.Data;
using Attar.Teaching;

namespace Attar.Tests.Teaching;

public class SoftTargetTests
{
    [Theory]
    [InlineData(0, new[] { 1f, 0, 0 })]
    [InlineData(2, new[] { 0f, 0, 1 })]
    [InlineData(1.25, new[] { 0f, .75f, .25f })]
    public void A_mean_rating_lies_between_its_neighbouring_grades(double rating, float[] expected) =>
        Assert.Equal(expected, Of(new Judgment("q", "p", rating), 3));

    [Fact]
    public void Votes_become_their_shares() =>
        Assert.Equal([0, 1 / 3f, 0, 2 / 3f], Of(new Judgment("q", "p", 2.33, [0, 1, 0, 2]), 4));

    [Fact]
    public void Votes_that_nobody_gave_leave_the_rating() =>
        Assert.Equal([0, 1, 0], Of(new Judgment("q", "p", 1, [0, 0, 0]), 3));

    static float[] Of(Judgment judgment, int grades)
    {
        float[] target = [.. Enumerable.Repeat(9f, grades)];
        SoftTarget.Write(judgment, target);
        return target;
    }
}
