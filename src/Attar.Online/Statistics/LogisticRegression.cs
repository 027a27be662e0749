using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Attar.Online.Statistics;

/// <summary>
/// What the odds of an outcome depend on: log(p / (1 - p)) = Σ weight feature, by Newton's method. Errors of weights are robust against
/// outcomes of one cluster that go together (Liang and Zeger, 1986), as what one shopper does.
/// </summary>
/// <param name="Weights">(features)</param>
/// <param name="Covariance">(features, features)</param>
public sealed record LogisticRegression(double[] Weights, double[,] Covariance)
{
    const int MostSteps = 100;

    /// <summary>Keeps weights finite where a feature decides every outcome, and at zero where it never varies: as weak as half an observation.</summary>
    const double Ridge = .1;

    /// <param name="rows">(rows, features); a constant 1 among them.</param>
    /// <param name="outcomes">(rows)</param>
    /// <param name="clusters">(rows) whose a row is.</param>
    public static LogisticRegression Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, IReadOnlyList<int> clusters)
    {
        int features = rows[0].Length;
        double[] weights = new double[features];
        double reached = Penalised(rows, outcomes, weights);
        for (int step = 0; step < MostSteps; step++)
        {
            (double[,] curvature, double[] slope) = Derivatives(rows, outcomes, weights);
            Vector<double> move = Factor(curvature).Solve(Vector<double>.Build.Dense(slope));
            double size = 1, now;
            double[] next;
            while ((now = Penalised(rows, outcomes, next = [.. weights.Select((weight, i) => weight + size * move[i])])) < reached && size > 1e-6) size /= 2;
            if (!(now > reached)) break;
            bool small = now - reached < 1e-10 * Math.Abs(reached);
            (weights, reached) = (next, now);
            if (small) break;
        }
        return new LogisticRegression(weights, Robust(rows, outcomes, clusters, weights));
    }

    public double ErrorOf(int feature) => Math.Sqrt(Covariance[feature, feature]);

    /// <summary>The mean of -log p of what came.</summary>
    public double LogLoss(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes) => -LogLikelihood(rows, outcomes, Weights) / rows.Count;

    static double LogLikelihood(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, double[] weights)
    {
        double sum = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            double x = outcomes[row] ? -Dot(rows[row], weights) : Dot(rows[row], weights);
            sum -= x > 0 ? x + double.LogP1(Math.Exp(-x)) : double.LogP1(Math.Exp(x)); // log(1 + e^x)
        }
        return sum;
    }

    static double Penalised(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, double[] weights) => LogLikelihood(rows, outcomes, weights) - Ridge / 2 * Dot(weights, weights);

    static (double[,] Curvature, double[] Slope) Derivatives(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, double[] weights)
    {
        int features = weights.Length;
        double[,] curvature = new double[features, features];
        double[] slope = [.. weights.Select(weight => -Ridge * weight)];
        for (int i = 0; i < features; i++) curvature[i, i] = Ridge;
        for (int row = 0; row < rows.Count; row++)
        {
            double[] x = rows[row];
            double p = 1 / (1 + Math.Exp(-Dot(x, weights))), spread = p * (1 - p), left = (outcomes[row] ? 1 : 0) - p;
            for (int i = 0; i < features; i++)
            {
                if (x[i] == 0) continue;
                slope[i] += left * x[i];
                for (int j = 0; j <= i; j++) curvature[i, j] += spread * x[i] * x[j];
            }
        }
        for (int i = 0; i < features; i++)
            for (int j = i + 1; j < features; j++) curvature[i, j] = curvature[j, i];
        return (curvature, slope);
    }

    /// <summary>H⁻¹ (Σ over clusters of g gᵀ) H⁻¹, g a cluster's slope.</summary>
    static double[,] Robust(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, IReadOnlyList<int> clusters, double[] weights)
    {
        int features = weights.Length;
        Cholesky<double> curvature = Factor(Derivatives(rows, outcomes, weights).Curvature);
        double[,] covariance = new double[features, features];
        Dictionary<int, double[]> slopes = [];
        for (int row = 0; row < rows.Count; row++)
        {
            if (!slopes.TryGetValue(clusters[row], out double[]? slope)) slopes[clusters[row]] = slope = new double[features];
            double left = (outcomes[row] ? 1 : 0) - 1 / (1 + Math.Exp(-Dot(rows[row], weights)));
            for (int i = 0; i < features; i++) slope[i] += left * rows[row][i];
        }
        foreach (double[] slope in slopes.Values)
        {
            Vector<double> pull = curvature.Solve(Vector<double>.Build.Dense(slope));
            for (int i = 0; i < features; i++)
                for (int j = 0; j < features; j++) covariance[i, j] += pull[i] * pull[j];
        }
        return covariance;
    }

    static Cholesky<double> Factor(double[,] matrix) => Matrix<double>.Build.DenseOfArray(matrix).Cholesky();

    static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
