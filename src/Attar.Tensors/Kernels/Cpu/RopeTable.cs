namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Cosines and sines of rotary embeddings, (positions, headSize / 2) each, computed once and reused by every call with the same shape.</summary>
sealed class RopeTable(int headSize, float theta, int positions)
{
    readonly float[] cos = new float[(long)positions * (headSize / 2)], sin = new float[(long)positions * (headSize / 2)];

    public ReadOnlySpan<float> Cos(int position) => cos.AsSpan(position * (headSize / 2), headSize / 2);
    public ReadOnlySpan<float> Sin(int position) => sin.AsSpan(position * (headSize / 2), headSize / 2);

    /// <summary>This table if it serves, else a new one, twice as long as needed.</summary>
    public static RopeTable For(RopeTable? current, int headSize, float theta, int positions)
    {
        if (current != null && current.Serves(headSize, theta, positions)) return current;
        var table = new RopeTable(headSize, theta, 2 * positions);
        table.Fill();
        return table;
    }

    bool Serves(int size, float angle, int count) => headSize == size && theta == angle && positions >= count;

    void Fill()
    {
        int half = headSize / 2;
        for (int i = 0; i < half; i++)
        {
            float frequency = (float)Math.Pow(theta, -2.0 * i / headSize);
            for (int position = 0; position < positions; position++)
                (sin[position * half + i], cos[position * half + i]) = MathF.SinCos(position * frequency);
        }
    }
}
