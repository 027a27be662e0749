namespace Attar.Distillation.Losses;

/// <summary>Binary cross-entropy with soft targets: mean of -t log σ(s) - (1 - t) log(1 - σ(s)).</summary>
public static class SoftBce
{
    /// <param name="targets">(products) gains in [0,1]</param>
    /// <param name="gradient">(products) written: (σ(s) - t) / products</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        gradient.Clear();
        return Add(scores, targets, 1, gradient);
    }

    /// <summary>The same as a pointwise term beside a loss that sees differences only.</summary>
    /// <param name="gradient">(products) added to</param>
    public static double Add(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float weight, Span<float> gradient)
    {
        double loss = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            loss += Of(scores[i], targets[i], out double slope);
            gradient[i] += (float)(weight * slope / scores.Length);
        }
        return weight * loss / scores.Length;
    }

    /// <summary>Of one logit; finite however far out.</summary>
    /// <param name="slope">σ(s) - t</param>
    internal static double Of(double s, double t, out double slope)
    {
        slope = Sigmoid(s) - t;
        return Math.Max(s, 0) - s * t + Math.Log(1 + Math.Exp(-Math.Abs(s)));
    }

    internal static double Sigmoid(double s)
    {
        double e = Math.Exp(-Math.Abs(s));
        return s >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
