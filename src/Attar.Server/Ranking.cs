namespace Attar.Server;

static class Ranking
{
    /// <summary>Indexes by falling score; equal scores keep the order in which they were given.</summary>
    public static int[] Order(float[] scores) => [.. Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index])];

    /// <summary>A logit as a probability; in double precision, so that large logits do not all become 1.</summary>
    public static double Sigmoid(float logit) => 1 / (1 + Math.Exp(-(double)logit));
}
