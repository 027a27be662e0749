using Attar.Data;

namespace Attar.Evaluation;

/// <summary>Every judged pair of the split with one system's score, all queries together, by score descending. The arrays are parallel.</summary>
/// <param name="QueryOf">(pairs) position of the pair's query, for resampling by query.</param>
/// <param name="Promised">(pairs) the score read as an expected gain, or null where scores promise nothing.</param>
public sealed record ScorePool(float[] Scores, bool[] Positive, double[] Gains, int[] QueryOf, double[]? Promised)
{
    /// <param name="scores">Per query, one score per product.</param>
    /// <param name="promises">Whether scores stand for expected gains: as they are when all lie in [0,1], else as their logits. BM25's do not.</param>
    public static ScorePool Of(IReadOnlyList<JudgedQuery> queries, IReadOnlyList<float[]> scores, GradeScale scale, bool promises)
    {
        var pairs = queries
            .SelectMany((query, q) => query.Products.Select((_, p) => (Score: scores[q][p], Rating: query.Ratings[p], Gain: query.Gains[p], Query: q)))
            .OrderByDescending(pair => pair.Score)
            .ToArray();
        float[] sorted = [.. pairs.Select(pair => pair.Score)];
        bool gains = sorted.Length > 0 && sorted[0] <= 1 && sorted[^1] >= 0;
        return new ScorePool(
            sorted,
            [.. pairs.Select(pair => pair.Rating >= scale.PositiveFrom)],
            [.. pairs.Select(pair => pair.Gain)],
            [.. pairs.Select(pair => pair.Query)],
            promises ? [.. sorted.Select(score => gains ? score : 1 / (1 + Math.Exp(-score)))] : null);
    }
}
