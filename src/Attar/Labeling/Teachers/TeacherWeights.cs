using Attar.Augmentation;
using Attar.Data;

namespace Attar.Labeling.Teachers;

/// <summary>What decides how much each of several teachers counts.</summary>
public enum TeacherWeighing
{
    /// <summary>How well each foretells people's judgments of the dev split.</summary>
    Dev,

    /// <summary>Nothing: all count alike.</summary>
    Alike,
}

/// <summary>
/// Weights for the mean of several teachers' scores: those of a logistic regression of people's dev judgments on the scores, none below 0
/// (stacked generalization: Wolpert 1992; Ting and Witten 1999). The fewer judgments there are, the nearer they stay to weights that are alike.
/// </summary>
static class TeacherWeights
{
    const int Sampled = 4_000; // judgments: a weight a teacher needs no more
    const int Prior = 500; // judgments that equal weights stand for
    const int Parts = 20; // weights are twentieths: what a processor rounds otherwise changes none
    const int Steps = 2_000;

    /// <summary>Weights whose sum is 1.</summary>
    public static double[] Of(IReadOnlyList<ITeacher> teachers, Dataset data)
    {
        Judgment[] dev = [.. data.Judgments.Where(judgment => data.Splits.GetValueOrDefault(judgment.QueryId) == Split.Dev)];
        if (dev.Length > Sampled) dev = [.. Enumerable.Range(0, Sampled).Select(i => dev[(long)i * dev.Length / Sampled])];
        if (dev.Length == 0 || teachers[0].Grades == 0) return Alike(teachers.Count);
        CandidatePair[] pairs = [.. dev.Select(judgment => new CandidatePair(judgment.QueryId, judgment.ProductId, ""))];
        double[][] scores = [.. teachers.Select(teacher => Scores(teacher, pairs))]; // (teachers, judgments)
        return Of(scores, [.. dev.Select(judgment => data.Scale.Gain(judgment.Rating))]);
    }

    /// <inheritdoc cref="Fit"/>
    /// <remarks>The fewer judgments, the nearer to alike.</remarks>
    public static double[] Of(double[][] scores, double[] gains) => gains.Length == 0 ? Alike(scores.Length) : Rounded(Shrunk(Fit(scores, gains), gains.Length));

    public static double[] Alike(int count) => [.. Enumerable.Repeat(1.0 / count, count)];

    /// <summary>w of sigmoid(b + Σ w_i s_i) with the least cross-entropy to the gains and no w_i below 0, by projected gradient; scaled so that their sum is 1.</summary>
    /// <param name="scores">(teachers, judgments)</param>
    /// <param name="gains">(judgments), from 0 to 1</param>
    internal static double[] Fit(double[][] scores, double[] gains)
    {
        double scale = Math.Sqrt(scores.Average(own => own.Average(score => score * score))) is > 0 and var root ? root : 1;
        double rate = 4.0 / (1 + scores.Length); // the inverse of the curvature's bound
        double[] weights = Alike(scores.Length), slope = new double[scores.Length];
        double bias = 0;
        for (int step = 0; step < Steps; step++)
        {
            Array.Clear(slope);
            double tilt = 0;
            for (int i = 0; i < gains.Length; i++)
            {
                double logit = bias;
                for (int teacher = 0; teacher < scores.Length; teacher++) logit += weights[teacher] * scores[teacher][i] / scale;
                double error = (1 / (1 + Math.Exp(-logit)) - gains[i]) / gains.Length;
                tilt += error;
                for (int teacher = 0; teacher < scores.Length; teacher++) slope[teacher] += error * scores[teacher][i] / scale;
            }
            bias -= rate * tilt;
            for (int teacher = 0; teacher < scores.Length; teacher++) weights[teacher] = Math.Max(0, weights[teacher] - rate * slope[teacher]);
        }
        double sum = weights.Sum();
        return sum > 0 ? [.. weights.Select(weight => weight / sum)] : Alike(scores.Length);
    }

    static double[] Shrunk(double[] weights, int judgments) =>
        [.. weights.Select(weight => (judgments * weight + (double)Prior / weights.Length) / (judgments + Prior))];

    /// <summary>To twentieths, by largest remainder.</summary>
    internal static double[] Rounded(double[] weights)
    {
        int[] parts = [.. weights.Select(weight => (int)(weight * Parts))];
        foreach (int teacher in Enumerable.Range(0, parts.Length).OrderByDescending(i => weights[i] * Parts - parts[i]).Take(Parts - parts.Sum())) parts[teacher]++;
        return [.. parts.Select(part => (double)part / Parts)];
    }

    static double[] Scores(ITeacher teacher, CandidatePair[] pairs)
    {
        double[] scores = new double[pairs.Length];
        teacher.Judge(pairs, scores, new double[pairs.Length * teacher.Grades]);
        return scores;
    }
}
