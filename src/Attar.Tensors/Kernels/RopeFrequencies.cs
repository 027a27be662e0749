namespace Attar.Tensors.Kernels;

/// <summary>How far each pair of a head turns from one position to the next in a rotary embedding (Su et al. 2021).</summary>
/// <param name="radians">(headSize / 2)</param>
/// <param name="scale">What turned values are multiplied with; YaRN wants more than 1.</param>
public sealed class RopeFrequencies(float[] radians, float scale = 1)
{
    /// <summary>(headSize / 2)</summary>
    public ReadOnlySpan<float> Radians => radians;

    public float Scale => scale;
    public int HeadSize => 2 * radians.Length;

    /// <summary>theta^(-2i / headSize)</summary>
    public static RopeFrequencies Plain(int headSize, float theta) =>
        new([.. Enumerable.Range(0, headSize / 2).Select(i => (float)Math.Pow(theta, -2.0 * i / headSize))]);

    /// <summary>Whether both turn alike.</summary>
    public bool Matches(RopeFrequencies other) => ReferenceEquals(this, other) || scale == other.Scale && Radians.SequenceEqual(other.Radians);
}
