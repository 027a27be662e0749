using Attar.Data;
using Attar.Teaching;

namespace Attar.Labeling.Teachers;

/// <summary>From a score that promises nothing to a distribution over grades, p_k = softmax(a_k + b_k x), learnt from people's judgments (multinomial logistic regression; of two grades that is Platt 1999).</summary>
sealed class GradeCalibration
{
    const int Bins = 64, Steps = 3000;
    readonly double mean, deviation;
    readonly double[] bias, slope;

    /// <param name="scores">(judgments)</param>
    /// <param name="judgments">Of the same pairs.</param>
    public GradeCalibration(IReadOnlyList<float> scores, IReadOnlyList<Judgment> judgments, int grades)
    {
        (bias, slope) = (new double[grades], new double[grades]);
        mean = scores.Average(score => (double)score);
        deviation = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        if (deviation == 0) deviation = 1;
        (double X, double[] Target, double Weight)[] bins = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i]).Chunk((scores.Count + Bins - 1) / Bins)
            .Select(bin => (bin.Average(i => (scores[i] - mean) / deviation), MeanTarget(bin.Select(i => judgments[i]), grades), (double)bin.Length / scores.Count))];
        double[] p = new double[grades];
        for (int step = 0; step < Steps; step++)
        {
            double[] biasGradient = new double[grades], slopeGradient = new double[grades];
            foreach (var (x, target, weight) in bins)
            {
                Softmax(x, p);
                for (int grade = 0; grade < grades; grade++)
                {
                    double error = weight * (p[grade] - target[grade]);
                    biasGradient[grade] += error;
                    slopeGradient[grade] += error * x;
                }
            }
            for (int grade = 0; grade < grades; grade++)
            {
                bias[grade] -= biasGradient[grade];
                slope[grade] -= slopeGradient[grade];
            }
        }
    }

    public int Grades => bias.Length;

    /// <param name="distribution">(grades)</param>
    public void Write(float score, Span<double> distribution) => Softmax((score - mean) / deviation, distribution);

    void Softmax(double x, Span<double> p)
    {
        double highest = double.NegativeInfinity, sum = 0;
        for (int grade = 0; grade < p.Length; grade++) highest = Math.Max(highest, p[grade] = bias[grade] + slope[grade] * x);
        for (int grade = 0; grade < p.Length; grade++) sum += p[grade] = Math.Exp(p[grade] - highest);
        for (int grade = 0; grade < p.Length; grade++) p[grade] /= sum;
    }

    static double[] MeanTarget(IEnumerable<Judgment> judgments, int grades)
    {
        double[] mean = new double[grades];
        float[] target = new float[grades];
        int count = 0;
        foreach (Judgment judgment in judgments)
        {
            SoftTarget.Write(judgment, target);
            for (int grade = 0; grade < grades; grade++) mean[grade] += target[grade];
            count++;
        }
        return [.. mean.Select(sum => sum / count)];
    }
}
