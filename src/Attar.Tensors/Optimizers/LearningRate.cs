namespace Attar.Tensors.Optimizers;

/// <summary>Linear warm-up to the peak, then a cosine down to zero (Loshchilov and Hutter 2017).</summary>
public static class LearningRate
{
    /// <param name="step">0-based</param>
    /// <param name="warmup">share of the steps spent warming up</param>
    public static float At(int step, int steps, float peak, float warmup)
    {
        float warm = Math.Max(1, warmup * steps);
        if (step < warm) return peak * (step + 1) / warm;
        double progress = Math.Min(1, (step - warm) / Math.Max(1, steps - warm));
        return (float)(peak * .5 * (1 + Math.Cos(Math.PI * progress)));
    }
}
