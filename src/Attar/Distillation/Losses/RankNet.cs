namespace Attar.Distillation.Losses;

/// <summary>
/// RankNet (Burges et al. 2005) with soft targets: over all pairs of a group, the cross-entropy between the probability that i stands above j
/// by the teacher, σ(t_i - t_j), and by the student, σ(s_i - s_j); their mean. A teacher that is sure counts as its order alone would.
/// </summary>
public static class RankNet
{
    /// <param name="scores">(products) the student's raw logits; an offset common to all changes nothing</param>
    /// <param name="targets">(products) the teacher's scores, as logits</param>
    /// <param name="gradient">(products) written</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, Span<float> gradient)
    {
        int size = scores.Length;
        Span<double> slopes = size <= 256 ? stackalloc double[size] : new double[size];
        slopes.Clear();
        double loss = 0, perPair = size > 1 ? 2.0 / (size * (size - 1.0)) : 0; // a group of one has no pair
        for (int i = 0; i < size; i++)
            for (int j = i + 1; j < size; j++)
            {
                loss += SoftBce.Of((double)scores[i] - scores[j], SoftBce.Sigmoid((double)targets[i] - targets[j]), out double slope);
                slopes[i] += slope;
                slopes[j] -= slope;
            }
        for (int i = 0; i < size; i++) gradient[i] = (float)(slopes[i] * perPair);
        return loss * perPair;
    }
}
