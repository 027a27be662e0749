namespace Attar.Models.Heads;

/// <summary>From a teacher's logits, one a grade, to one score.</summary>
public static class GradeHead
{
    /// <summary>Writes softmax(logits) and returns Σ_k gain_k p_k.</summary>
    public static double ExpectedGain(ReadOnlySpan<float> logits, ReadOnlySpan<double> gains, Span<double> distribution)
    {
        double max = double.NegativeInfinity, sum = 0, expected = 0;
        foreach (float logit in logits) max = Math.Max(max, logit);
        for (int k = 0; k < logits.Length; k++) sum += distribution[k] = Math.Exp(logits[k] - max);
        for (int k = 0; k < logits.Length; k++) expected += gains[k] * (distribution[k] /= sum);
        return expected;
    }

    public static double Score(ScoreTransform transform, double expectedGain) =>
        transform == ScoreTransform.ExpectedGain ? expectedGain : Logit(expectedGain);

    /// <summary>The logit of a gain, kept finite at the ends: within ±9.2.</summary>
    public static double Logit(double gain)
    {
        double inside = Math.Clamp(gain, 1e-4, 1 - 1e-4);
        return Math.Log(inside / (1 - inside));
    }

    /// <summary>
    /// A gain pushed towards the end that it is nearer to, σ(k log(e / (1 - e))) = e^k / (e^k + (1 - e)^k): the sharpening of Berthelot et al. (2019, MixMatch)
    /// at temperature 1 / k, of the outcomes relevant and not. A half stays one, and at k = 1 every gain stays as it is.
    /// </summary>
    /// <param name="odds">log(e / (1 - e))</param>
    /// <param name="steepness">k, above 0</param>
    /// <returns>In [0,1].</returns>
    public static double Polarised(double odds, double steepness) => 1 / (1 + Math.Exp(-steepness * odds));

    /// <summary>The score of a pair on a logit's scale: the logit of the expected gain, which of two grades worth 0 and 1 is the difference of their logits, however large.</summary>
    /// <param name="distribution">Room for one number a grade.</param>
    public static double Score(ReadOnlySpan<float> logits, ReadOnlySpan<double> gains, Span<double> distribution) => gains switch
    {
        [0, 1] => (double)logits[1] - logits[0],
        [1, 0] => (double)logits[0] - logits[1],
        _ => Logit(ExpectedGain(logits, gains, distribution)),
    };
}
