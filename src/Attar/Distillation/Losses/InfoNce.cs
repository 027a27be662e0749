namespace Attar.Distillation.Losses;

/// <summary>
/// InfoNCE (van den Oord et al. 2018) over a group with soft labels: each product stands as the positive among all of the group as far as its
/// gain says, -Σ (g_i / Σ g) log softmax(s / T)_i. A group without any gain has no positive and costs nothing.
/// </summary>
public static class InfoNce
{
    /// <param name="scores">(products) the student's raw logits; an offset common to all changes nothing</param>
    /// <param name="gains">(products) from 0 to 1</param>
    /// <param name="temperature">T: below 1 the closest rivals of a positive count most.</param>
    /// <param name="gradient">(products) written: (softmax(s / T)_i - g_i / Σ g) / T</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> gains, float temperature, Span<float> gradient)
    {
        double whole = 0, loss = 0;
        foreach (float gain in gains) whole += gain;
        if (whole <= 0)
        {
            gradient.Clear();
            return 0;
        }
        double sum = ListwiseKl.LogSumExp(scores, temperature);
        for (int i = 0; i < scores.Length; i++)
        {
            double logQ = scores[i] / temperature - sum, share = gains[i] / whole;
            loss -= share * logQ;
            gradient[i] = (float)((Math.Exp(logQ) - share) / temperature);
        }
        return loss;
    }
}
