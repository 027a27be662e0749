namespace Attar.Server.Scoring;

static class Ranking
{
    /// <summary>
    /// Indexes by falling score; equal scores keep the order in which they were given, and so do those without a score, which
    /// stand last.
    /// </summary>
    public static int[] Order(IReadOnlyList<float?> scores) =>
        [.. Enumerable.Range(0, scores.Count).OrderByDescending(index => scores[index] ?? float.NegativeInfinity)];

    /// <summary>A logit as a probability; in double precision, so that large logits do not all become 1.</summary>
    public static double Sigmoid(float logit) => 1 / (1 + Math.Exp(-(double)logit));
}
