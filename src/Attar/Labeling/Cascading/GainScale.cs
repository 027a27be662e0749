using System.Globalization;

namespace Attar.Labeling.Cascading;

/// <summary>From a mixture of teachers' scores to the log-odds of a gain, a + b s, learnt from people's judgments (Platt 1999): what lets scores of two mixtures stand beside each other. Its order is the mixture's.</summary>
/// <param name="Offset">a, in hundredths</param>
/// <param name="Slope">b, in hundredths, above 0</param>
readonly record struct GainScale(double Offset, double Slope)
{
    const int Prior = 500; // judgments that the scores as they are stand for, as of the weights
    const int Steps = 100;
    const double Least = .05; // of the slope: an order is the teachers' to say
    const double Ridge = 1; // towards the scores as they are: all may be the same, or tell the gains apart altogether

    public static readonly GainScale Same = new(0, 1);

    public double Of(double score) => Offset + Slope * score;

    /// <summary>Least cross-entropy between σ(a + b s) and the gains, by Newton's method; the fewer judgments, the nearer to the scores as they are.</summary>
    /// <param name="scores">(judgments)</param>
    /// <param name="gains">(judgments), from 0 to 1</param>
    public static GainScale Fit(double[] scores, double[] gains)
    {
        if (scores.Length == 0) return Same;
        double a = 0, b = 1, loss = Loss(a, b);
        for (int step = 0; step < Steps; step++)
        {
            double slopeA = Ridge * a, slopeB = Ridge * (b - 1), aa = Ridge, ab = 0, bb = Ridge;
            for (int i = 0; i < scores.Length; i++)
            {
                double p = Sigmoid(a + b * scores[i]), off = p - gains[i], bend = p * (1 - p);
                slopeA += off;
                slopeB += off * scores[i];
                aa += bend;
                ab += bend * scores[i];
                bb += bend * scores[i] * scores[i];
            }
            double determinant = aa * bb - ab * ab, downA = (bb * slopeA - ab * slopeB) / determinant, downB = (aa * slopeB - ab * slopeA) / determinant;
            double rate = 1, next;
            while ((next = Loss(a - rate * downA, b - rate * downB)) > loss && rate > 1e-6) rate /= 2;
            if (!(next < loss)) break;
            (a, b) = (a - rate * downA, b - rate * downB);
            if (loss - next < 1e-12 * loss) break;
            loss = next;
        }
        return new(Shrunk(a, 0), Math.Max(Least, Shrunk(b, 1)));

        double Shrunk(double value, double prior) => Math.Round((scores.Length * value + Prior * prior) / (scores.Length + Prior), 2);

        double Loss(double offset, double slope)
        {
            double sum = Ridge / 2 * (offset * offset + (slope - 1) * (slope - 1));
            for (int i = 0; i < scores.Length; i++)
            {
                double z = offset + slope * scores[i];
                sum += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - gains[i] * z;
            }
            return sum;
        }
    }

    static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset} + {Slope} s");
}
