namespace Attar.Distillation.Losses;

/// <summary>Pointwise squared error: mean (s - t)².</summary>
public static class Mse
{
    /// <param name="gradient">(products) written</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        double squares = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double d = scores[i] - targets[i];
            squares += d * d;
            gradient[i] = (float)(2 * d / scores.Length);
        }
        return squares / scores.Length;
    }
}
