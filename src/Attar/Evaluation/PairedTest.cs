namespace Attar.Evaluation;

/// <summary>How surprising a difference between two systems would be if there were none.</summary>
public static class PairedTest
{
    /// <summary>
    /// Fisher's randomization test (Smucker, Allan and Carterette, 2007): were the systems alike, each query's difference
    /// might as well have had the other sign.
    /// </summary>
    /// <param name="differences">(queries)</param>
    /// <returns>Two-sided p: the share of random signs whose mean is as far from zero, the observed one included.</returns>
    public static double Randomization(ReadOnlySpan<double> differences, int permutations = 10_000, ulong seed = 0)
    {
        const ulong sign = 1UL << 63;
        double observed = 0, scale = 0;
        foreach (double difference in differences)
        {
            observed += difference;
            scale += Math.Abs(difference);
        }
        double far = Math.Abs(observed) - 1e-12 * scale; // sums in another order may differ in the last digits
        var random = new SplitMix64(seed);
        int asFar = 1;
        for (int p = 0; p < permutations; p++)
        {
            double sum = 0;
            ulong bits = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                bits = (i & 63) == 0 ? random.Next() : bits << 1;
                sum += BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(differences[i]) ^ (bits & sign));
            }
            if (Math.Abs(sum) >= far) asFar++;
        }
        return asFar / (double)(permutations + 1);
    }

    /// <summary>Two-sided p read off a bootstrap, for metrics that have no value per query: twice the smaller share of resampled differences on either side of zero.</summary>
    public static double FromResamples(ReadOnlySpan<double> differences)
    {
        int defined = 0, notAbove = 1, notBelow = 1;
        foreach (double difference in differences)
        {
            if (!double.IsFinite(difference)) continue;
            defined++;
            if (difference <= 0) notAbove++;
            if (difference >= 0) notBelow++;
        }
        return defined == 0 ? double.NaN : Math.Min(1, 2.0 * Math.Min(notAbove, notBelow) / (defined + 1));
    }
}
