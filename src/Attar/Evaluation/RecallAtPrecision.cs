namespace Attar.Evaluation;

/// <summary>
/// The largest share of the relevant pairs that one score threshold lets through while at least the wanted share of
/// what it lets through is relevant: how much can be shown when mistakes are dear.
/// </summary>
public static class RecallAtPrecision
{
    /// <param name="precision">The least share of relevant pairs above the threshold, as .95.</param>
    /// <param name="scores">(pairs) in descending order; a threshold cannot pass between equal scores.</param>
    /// <param name="positive">(pairs)</param>
    /// <param name="weights">(pairs) how often each pair counts.</param>
    /// <returns>In [0,1]; 0 when no threshold is precise enough; NaN when nothing is relevant.</returns>
    public static double OfSorted(double precision, ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<int> weights)
    {
        int deepest = Deepest(precision, scores, positive, weights);
        long relevant = 0, best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (positive[i]) relevant += weights[i];
            if (i + 1 == deepest) best = relevant;
        }
        return relevant == 0 ? double.NaN : best / (double)relevant;
    }

    /// <summary>How many of the highest pairs the lowest threshold lets through that is precise enough; 0 where none is.</summary>
    /// <inheritdoc cref="OfSorted"/>
    public static int Deepest(double precision, ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<int> weights)
    {
        long shown = 0, relevant = 0;
        int deepest = 0;
        for (int i = 0; i < scores.Length;)
        {
            float score = scores[i];
            long before = shown;
            for (; i < scores.Length && scores[i] == score; i++)
            {
                shown += weights[i];
                if (positive[i]) relevant += weights[i];
            }
            if (shown > before && relevant > 0 && relevant / (double)shown >= precision) deepest = i;
        }
        return deepest;
    }
}
