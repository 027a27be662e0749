namespace Attar.Labeling.Endpoints;

/// <summary>
/// From a reranker's one score to a distribution over grades: P(grade ≥ k) = σ(slope x - threshold_k), fitted on judged pairs by
/// logistic regression of every "grade ≥ k" with a common slope (the all-threshold loss of Rennie and Srebro, 2005).
/// </summary>
/// <remarks>At the minimum Σ σ(slope x - threshold_k) follows the shares of "grade ≥ k", so the thresholds ascend by themselves.</remarks>
sealed class ScoreGrades
{
    const int Steps = 100;
    const double Ridge = 1e-2; // keeps thresholds finite where a grade never occurs, and the slope where scores separate the grades

    readonly bool probabilities;
    readonly double mean, spread, slope;
    readonly double[] thresholds; // (grades - 1)

    /// <param name="scores">(pairs) all within [0,1]: read as probabilities, else as logits.</param>
    /// <param name="targets">(pairs) the raters' distributions over the grades.</param>
    public ScoreGrades(IReadOnlyList<double> scores, IReadOnlyList<float[]> targets)
    {
        probabilities = scores.All(score => score is >= 0 and <= 1);
        double[] x = [.. scores.Select(Logit)];
        mean = x.Average();
        spread = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)));
        for (int i = 0; i < x.Length; i++) x[i] = Scaled(x[i]);
        double[][] atLeast = [.. targets.Select(AtLeast)]; // (pairs, grades - 1)
        thresholds = new double[targets[0].Length - 1];
        double loss = Loss(x, atLeast, slope, thresholds);
        for (int step = 0; step < Steps; step++)
        {
            (double downSlope, double[] down) = Newton(x, atLeast);
            double rate = 1, nextSlope, next = loss;
            double[] nextThresholds;
            do // halve the step until the loss falls
            {
                nextSlope = slope - rate * downSlope;
                nextThresholds = [.. thresholds.Zip(down, (threshold, d) => threshold - rate * d)];
                next = Loss(x, atLeast, nextSlope, nextThresholds);
                rate /= 2;
            }
            while (next > loss && rate > 1e-6);
            bool settled = loss - next < 1e-9 * Math.Abs(loss);
            if (next <= loss) (slope, thresholds, loss) = (nextSlope, nextThresholds, next);
            if (settled) break;
        }
    }

    /// <summary>P(grade = k) of a score; (grades).</summary>
    public double[] Distribution(double score)
    {
        double x = Scaled(Logit(score));
        var distribution = new double[thresholds.Length + 1];
        double above = 1;
        for (int k = 0; k < thresholds.Length; k++)
        {
            double next = Math.Min(above, Sigmoid(slope * x - thresholds[k]));
            (distribution[k], above) = (above - next, next);
        }
        distribution[^1] = above;
        return distribution;
    }

    double Logit(double score)
    {
        if (!probabilities) return score;
        double inside = Math.Clamp(score, 1e-6, 1 - 1e-6);
        return Math.Log(inside / (1 - inside));
    }

    double Scaled(double x) => spread > 0 ? (x - mean) / spread : 0;

    /// <summary>
    /// The Newton step. The Hessian is an arrow (thresholds meet the slope alone), so the slope is eliminated by hand.
    /// </summary>
    (double Slope, double[] Thresholds) Newton(double[] x, double[][] atLeast)
    {
        double gradient = Ridge * slope, curvature = Ridge;
        var gradients = new double[thresholds.Length];
        var curvatures = new double[thresholds.Length];
        var mixed = new double[thresholds.Length];
        for (int k = 0; k < thresholds.Length; k++) (gradients[k], curvatures[k]) = (Ridge * thresholds[k], Ridge);
        for (int i = 0; i < x.Length; i++)
        {
            for (int k = 0; k < thresholds.Length; k++)
            {
                double p = Sigmoid(slope * x[i] - thresholds[k]), off = p - atLeast[i][k], bend = p * (1 - p);
                gradient += off * x[i];
                gradients[k] -= off;
                curvature += bend * x[i] * x[i];
                curvatures[k] += bend;
                mixed[k] -= bend * x[i];
            }
        }
        for (int k = 0; k < thresholds.Length; k++)
        {
            gradient -= mixed[k] / curvatures[k] * gradients[k];
            curvature -= mixed[k] / curvatures[k] * mixed[k];
        }
        double step = gradient / curvature;
        return (step, [.. thresholds.Select((_, k) => (gradients[k] - mixed[k] * step) / curvatures[k])]);
    }

    static double Loss(double[] x, double[][] atLeast, double slope, double[] thresholds)
    {
        double loss = Ridge / 2 * (slope * slope + thresholds.Sum(threshold => threshold * threshold));
        for (int i = 0; i < x.Length; i++)
            for (int k = 0; k < thresholds.Length; k++)
            {
                double z = slope * x[i] - thresholds[k];
                loss += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - atLeast[i][k] * z;
            }
        return loss;
    }

    static double[] AtLeast(float[] target)
    {
        var atLeast = new double[target.Length - 1];
        double sum = 0;
        for (int k = target.Length - 1; k > 0; k--) atLeast[k - 1] = sum += target[k];
        return atLeast;
    }

    static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
