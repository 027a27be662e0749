namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Cosines and sines of rotary embeddings, (positions, headSize / 2) each, computed once and reused by every call with the same frequencies.</summary>
sealed class RopeTable
{
    readonly RopeFrequencies frequencies;
    readonly int half, positions;
    readonly float[] cos, sin;

    RopeTable(RopeFrequencies frequencies, int positions)
    {
        (this.frequencies, this.positions, half) = (frequencies, positions, frequencies.Radians.Length);
        cos = new float[(long)positions * half];
        sin = new float[(long)positions * half];
        for (int i = 0; i < half; i++)
            for (int position = 0; position < positions; position++)
            {
                (float s, float c) = MathF.SinCos(position * frequencies.Radians[i]);
                (sin[position * half + i], cos[position * half + i]) = (frequencies.Scale * s, frequencies.Scale * c);
            }
    }

    public ReadOnlySpan<float> Cos(int position) => cos.AsSpan(position * half, half);
    public ReadOnlySpan<float> Sin(int position) => sin.AsSpan(position * half, half);

    /// <summary>The known table that serves, else a new one, twice as long as needed, in place of a shorter one. A model has one or two, so a list is searched fastest.</summary>
    public static RopeTable For(List<RopeTable> known, RopeFrequencies frequencies, int positions)
    {
        int at = 0;
        while (at < known.Count && !known[at].frequencies.Matches(frequencies)) at++;
        if (at < known.Count && known[at].positions >= positions) return known[at];
        var table = new RopeTable(frequencies, 2 * positions);
        if (at < known.Count) known[at] = table;
        else known.Add(table);
        return table;
    }
}
