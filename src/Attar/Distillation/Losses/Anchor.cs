namespace Attar.Distillation.Losses;

/// <summary>A pointwise term beside a loss that sees differences only and so leaves each query's offset free: weight · mean (s - t)².</summary>
public static class Anchor
{
    /// <param name="gradient">(products) added to</param>
    public static double Add(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float weight, Span<float> gradient)
    {
        double squares = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double d = scores[i] - targets[i];
            squares += d * d;
            gradient[i] += (float)(2 * weight * d / scores.Length);
        }
        return weight * squares / scores.Length;
    }
}
