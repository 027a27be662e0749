namespace Attar.Evaluation.CutOffs;

/// <summary>
/// The lowest score whose precision is the wanted one, and what it costs. A threshold that was chosen as the best of many looks
/// better on what chose it than it is, so the same is done on four fifths of the queries and measured on the other fifth, in turn
/// (cross-validation: Stone, 1974).
/// </summary>
static class CutOffSearch
{
    const int Folds = 5;

    /// <param name="Shown">How many of them stay.</param>
    internal sealed record Found(float Score, int Shown, double Precision, Interval Interval, double? HeldOut, double Recall, double Emptied);

    /// <returns>Null where no score is precise enough.</returns>
    public static Found? Of(ScorePool pool, int queries, double precision, int resamples, ulong seed)
    {
        int[] once = new int[pool.Scores.Length];
        Array.Fill(once, 1);
        int shown = RecallAtPrecision.Deepest(precision, pool.Scores, pool.Positive, once);
        if (shown == 0) return null;
        int relevant = pool.Positive.Count(positive => positive), kept = pool.Positive.AsSpan(0, shown).Count(true);
        return new Found(
            Between(pool.Scores[shown - 1], shown < pool.Scores.Length ? pool.Scores[shown] : null), shown, (double)kept / shown,
            Bootstrap.Percentiles(Bootstrap.Pooled(queries, pool.QueryOf, weights => PrecisionOf(pool, shown, weights), resamples, seed)),
            HeldOut(pool, precision), (double)kept / relevant, 1 - (double)pool.QueryOf.Take(shown).Distinct().Count() / queries);
    }

    /// <summary>The highest precision of any threshold, and how many pairs pass it.</summary>
    public static (double Precision, int Shown) Best(ScorePool pool)
    {
        (double Precision, int Shown) best = (0, 0);
        int relevant = 0;
        for (int i = 0; i < pool.Scores.Length; i++)
        {
            if (pool.Positive[i]) relevant++;
            bool whole = i + 1 == pool.Scores.Length || pool.Scores[i + 1] != pool.Scores[i];
            if (whole && (double)relevant / (i + 1) is var precision && precision >= best.Precision) best = (precision, i + 1);
        }
        return best;
    }

    /// <summary>Half-way between the last that stays and the first that does not, for scores differ in their last digits from batch to batch.</summary>
    static float Between(float last, float? next) =>
        next is { } below && last + (below - last) / 2 is var middle && middle > below ? middle : last;

    static double PrecisionOf(ScorePool pool, int shown, int[] weights)
    {
        long all = 0, relevant = 0;
        for (int i = 0; i < shown; i++)
        {
            all += weights[i];
            if (pool.Positive[i]) relevant += weights[i];
        }
        return all == 0 ? double.NaN : (double)relevant / all;
    }

    static double? HeldOut(ScorePool pool, double precision)
    {
        long all = 0, relevant = 0;
        for (int fold = 0; fold < Folds; fold++)
        {
            int[] others = [.. pool.QueryOf.Select(query => query % Folds == fold ? 0 : 1)];
            int shown = RecallAtPrecision.Deepest(precision, pool.Scores, pool.Positive, others);
            for (int i = 0; i < shown; i++)
            {
                if (others[i] == 1) continue;
                all++;
                if (pool.Positive[i]) relevant++;
            }
        }
        return all == 0 ? null : (double)relevant / all;
    }
}
