namespace Attar.Distillation.Losses;

/// <summary>
/// Listwise distillation: KL(p ‖ q) of the softmax over a group, p = softmax(t / U) of the teacher and q = softmax(s / T) of the student
/// (ListNet's top-one distributions, Cao et al. 2007), times T² so that gradients keep their size whatever the temperature (Hinton et al. 2015).
/// There U = T; a lower U makes the teacher surer of its best products than it is.
/// </summary>
public static class ListwiseKl
{
    /// <param name="scores">(products) the student's raw logits; an offset common to all changes nothing</param>
    /// <param name="targets">(products) the teacher's scores</param>
    /// <param name="temperature">T: above 1 the whole order counts, below 1 the best products alone.</param>
    /// <param name="gradient">(products) written: T (q - p)</param>
    /// <param name="ofTeacher">U; null: T.</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float temperature, Span<float> gradient, float? ofTeacher = null)
    {
        float teacher = ofTeacher ?? temperature;
        double scoreSum = LogSumExp(scores, temperature), targetSum = LogSumExp(targets, teacher), loss = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double logQ = scores[i] / temperature - scoreSum, logP = targets[i] / teacher - targetSum, p = Math.Exp(logP);
            loss += p * (logP - logQ);
            gradient[i] = (float)(temperature * (Math.Exp(logQ) - p));
        }
        return (double)temperature * temperature * loss;
    }

    internal static double LogSumExp(ReadOnlySpan<float> values, double temperature)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (float value in values) max = Math.Max(max, value / temperature);
        foreach (float value in values) sum += Math.Exp(value / temperature - max);
        return max + Math.Log(sum);
    }
}
