namespace Attar.Distillation.Losses;

/// <summary>Binary cross-entropy with soft targets: mean of -t log σ(s) - (1 - t) log(1 - σ(s)).</summary>
public static class SoftBce
{
    /// <param name="targets">(products) gains in [0,1]</param>
    /// <param name="gradient">(products) written: (σ(s) - t) / products</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        double loss = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double s = scores[i], t = targets[i], e = Math.Exp(-Math.Abs(s)), sigmoid = s >= 0 ? 1 / (1 + e) : e / (1 + e);
            loss += Math.Max(s, 0) - s * t + Math.Log(1 + e);
            gradient[i] = (float)((sigmoid - t) / scores.Length);
        }
        return loss / scores.Length;
    }
}
