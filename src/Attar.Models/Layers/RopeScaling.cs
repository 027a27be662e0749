using Attar.Tensors.Kernels;

namespace Attar.Models.Layers;

/// <summary>How rotary positions (Su et al. 2021) are stretched for texts longer than a model was first trained on.</summary>
public abstract record RopeScaling
{
    /// <param name="scaling">Null: none.</param>
    public static RopeFrequencies Frequencies(int headSize, float theta, RopeScaling? scaling)
    {
        double[] plain = [.. Enumerable.Range(0, headSize / 2).Select(i => Math.Pow(theta, -2.0 * i / headSize))];
        double[] scaled = scaling == null ? plain : [.. plain.Select((frequency, i) => scaling.Scale(frequency, i, headSize, theta))];
        return new RopeFrequencies([.. scaled.Select(frequency => (float)frequency)], scaling?.Magnitude ?? 1);
    }

    /// <summary>The new frequency of a head's i-th pair, in radians a position.</summary>
    protected abstract double Scale(double frequency, int i, int headSize, float theta);

    /// <summary>What queries and keys are multiplied with.</summary>
    protected virtual float Magnitude => 1;

    /// <summary>All positions divided by a factor (Chen et al. 2023).</summary>
    public sealed record Linear(double Factor) : RopeScaling
    {
        protected override double Scale(double frequency, int i, int headSize, float theta) => frequency / Factor;
    }

    /// <summary>Slow pairs divided by a factor, fast ones kept, and a blend between (Llama 3.1).</summary>
    /// <param name="Low">Pairs with fewer turns than this over the original length are slow.</param>
    /// <param name="High">Those with more than this are fast.</param>
    /// <param name="Original">Positions of the first training.</param>
    public sealed record Llama3(double Factor, double Low, double High, int Original) : RopeScaling
    {
        protected override double Scale(double frequency, int i, int headSize, float theta)
        {
            double turns = Original * frequency / (2 * Math.PI), kept = Math.Clamp((turns - Low) / (High - Low), 0, 1);
            return (1 - kept) * frequency / Factor + kept * frequency;
        }
    }

    /// <summary>YaRN (Peng et al. 2023): as above with a blend by the pair's index, and sharper attention.</summary>
    /// <param name="Fast">Turns over the original length above which a pair is kept.</param>
    /// <param name="Slow">Turns below which it is divided.</param>
    /// <param name="Attention">What queries and keys are multiplied with; 1 + 0.1 ln(factor) in the paper.</param>
    /// <param name="Whole">The blend begins and ends at whole pairs.</param>
    public sealed record Yarn(double Factor, int Original, double Fast, double Slow, double Attention, bool Whole) : RopeScaling
    {
        protected override float Magnitude => (float)Attention;

        protected override double Scale(double frequency, int i, int headSize, float theta)
        {
            double first = PairOf(Fast, headSize, theta), last = PairOf(Slow, headSize, theta);
            if (Whole) (first, last) = (Math.Floor(first), Math.Ceiling(last));
            (first, last) = (Math.Max(first, 0), Math.Min(last, headSize - 1));
            double divided = Math.Clamp((i - first) / (first == last ? .001 : last - first), 0, 1);
            return divided * frequency / Factor + (1 - divided) * frequency;
        }

        /// <summary>The pair, as a fraction, that turns so often over the original length.</summary>
        double PairOf(double turns, int headSize, float theta) => headSize * Math.Log(Original / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }
}
