namespace Attar.Evaluation;

/// <summary>
/// Area under the ROC curve over all pairs of all queries: the chance that a relevant pair scores above an irrelevant one,
/// equal scores counting half (Mann and Whitney's U, rescaled).
/// </summary>
public static class Auc
{
    /// <summary>Needs scores that compare across queries.</summary>
    /// <param name="scores">(pairs) in descending order.</param>
    /// <param name="positive">(pairs)</param>
    /// <param name="weights">(pairs) how often each pair counts; a bootstrap resample changes these alone, so it needs no sorting.</param>
    /// <returns>In [0,1], or NaN when one of the two classes is missing.</returns>
    public static double OfSorted(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<int> weights)
    {
        long positives = 0, negatives = 0, twiceLost = 0;
        for (int i = 0; i < scores.Length;)
        {
            long tiedPositives = 0, tiedNegatives = 0;
            float score = scores[i];
            for (; i < scores.Length && scores[i] == score; i++)
            {
                if (positive[i]) tiedPositives += weights[i];
                else tiedNegatives += weights[i];
            }
            twiceLost += tiedPositives * (2 * negatives + tiedNegatives);
            positives += tiedPositives;
            negatives += tiedNegatives;
        }
        return positives == 0 || negatives == 0 ? double.NaN : 1 - twiceLost / (2.0 * positives * negatives);
    }
}
