using Attar.Evaluation;

namespace Attar.Online.Simulation;

/// <summary>A stream of random draws that its seed gives again.</summary>
sealed class Draws(ulong seed)
{
    SplitMix64 bits = new(seed);

    public ulong Next() => bits.Next();

    /// <summary>In [0, 1).</summary>
    public double Share() => (bits.Next() >> 11) * (1.0 / (1UL << 53));

    public bool Happens(double probability) => Share() < probability;

    public int Below(int bound) => bits.Below(bound);

    /// <summary>Of the standard normal distribution (Box and Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Share())) * Math.Cos(2 * Math.PI * Share());
}
