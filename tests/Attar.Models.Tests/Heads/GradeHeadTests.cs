using Attar.Models.Heads;

namespace Attar.Models.Tests.Heads;

public class GradeHeadTests
{
    [Fact]
    public void Expected_gain_by_hand()
    {
        // softmax(0, ln 3) = (1/4, 3/4); gains 0.2 and 1
        double[] distribution = new double[2];
        Assert.Equal(.8, GradeHead.ExpectedGain([0, MathF.Log(3)], [.2, 1], distribution), 1e-6);
        Assert.Equal(.25, distribution[0], 1e-6);
    }

    [Fact]
    public void Large_logits_stay_finite() => Assert.Equal(1, GradeHead.ExpectedGain([-1000, 1000], [0, 1], new double[2]), 1e-9);

    [Theory, InlineData(.5, 0), InlineData(.75, 1.0986123), InlineData(0, -9.2102404), InlineData(1, 9.2102404)]
    public void The_logit_of_a_gain_is_finite_at_the_ends(double gain, double logit) => Assert.Equal(logit, GradeHead.Logit(gain), 1e-6);
}
