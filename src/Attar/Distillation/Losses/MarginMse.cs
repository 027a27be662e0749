namespace Attar.Distillation.Losses;

/// <summary>
/// Margin-MSE (Hofstätter et al. 2020) over all pairs of a group: the mean over i &lt; j of ((s_i - s_j) - (t_i - t_j))².
/// With d = s - t the sum is G Σ d² - (Σ d)²: all pairs at the price of one pass.
/// </summary>
public static class MarginMse
{
    /// <param name="scores">(products) the student's raw logits; never a sigmoid under this loss</param>
    /// <param name="targets">(products) the teacher's scores</param>
    /// <param name="anchor">Adds anchor · mean d²: margins leave each query's offset free, this ties it down.</param>
    /// <param name="gradient">(products) written</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float anchor, Span<float> gradient)
    {
        int size = scores.Length;
        double sum = 0, squares = 0;
        for (int i = 0; i < size; i++)
        {
            double d = scores[i] - targets[i];
            sum += d;
            squares += d * d;
        }
        double pairs = size * (size - 1) / 2.0, perPair = pairs > 0 ? 1 / pairs : 0; // a group of one has no margin, only its anchor
        for (int i = 0; i < size; i++)
        {
            double d = scores[i] - targets[i];
            gradient[i] = (float)(2 * (size * d - sum) * perPair + 2 * anchor * d / size);
        }
        return (size * squares - sum * sum) * perPair + anchor * squares / size;
    }
}
