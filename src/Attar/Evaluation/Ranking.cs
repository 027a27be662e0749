namespace Attar.Evaluation;

/// <summary>The order in which a system shows the products of a query.</summary>
public static class Ranking
{
    /// <summary>Positions of the products, best first: by score descending, equal scores by product id (ordinal), so that an order never depends on the file.</summary>
    public static int[] Order(ReadOnlySpan<float> scores, ReadOnlySpan<string> productIds)
    {
        float[] score = scores.ToArray();
        string[] id = productIds.ToArray();
        int[] order = [.. Enumerable.Range(0, score.Length)];
        Array.Sort(order, (a, b) => score[b].CompareTo(score[a]) is var byScore && byScore != 0 ? byScore : string.CompareOrdinal(id[a], id[b]));
        return order;
    }
}
