using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation;

/// <summary>Which of a larger pool of candidates are worth a teacher's time (active learning; Settles 2009).</summary>
public enum Select
{
    /// <summary>No pool: every candidate is taken.</summary>
    None,

    /// <summary>Those of which a model is least sure: the entropy of what it says.</summary>
    Uncertainty,

    /// <summary>Those of which two models think most differently.</summary>
    Disagreement,

    /// <summary>Half of those that a model ranks highest, half evenly from the rest of its ranking: hard ones, and the whole range below them (Ettin's rerankers, Aarsen 2026, took half of the head and half of a band below; that scores of all heights are worth more than hard ones alone, Jang et al. 2026).</summary>
    Spread,

    /// <summary>Of each category one, then a second of each; of each brand where there are no categories.</summary>
    Coverage,
}

/// <summary>Picks some of a query's candidates.</summary>
static class Selection
{
    /// <summary>Places in <paramref name="pool"/>, at most <paramref name="count"/>, ascending.</summary>
    public delegate int[] Choice(string query, IReadOnlyList<Product> pool, int count);

    public static Choice ByUncertainty(ModelReranker model) => (query, pool, count) =>
    {
        lock (model) return Highest(model.Uncertainty(query, pool), count);
    };

    /// <summary>Two models' scores are of two scales: they are compared by how many standard deviations they lie above the query's mean.</summary>
    public static Choice ByDisagreement(IReranker one, IReranker other) => (query, pool, count) =>
    {
        double[] first, second;
        lock (one) first = Standardized(one.Score(query, pool));
        lock (other) second = Standardized(other.Score(query, pool));
        return Highest([.. first.Zip(second, (a, b) => Math.Abs(a - b))], count);
    };

    public static Choice BySpread(IReranker model) => (query, pool, count) =>
    {
        float[] scores;
        lock (model) scores = model.Score(query, pool);
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i])];
        int taken = Math.Min(count, order.Length), head = (taken + 1) / 2, below = taken - head;
        return [.. order[..head].Concat(Enumerable.Range(0, below).Select(i => order[head + (int)((2L * i + 1) * (order.Length - head) / (2 * below))])).Order()];
    };

    public static readonly Choice ByCoverage = (_, pool, count) =>
    {
        bool categories = pool.Any(product => product.Category.Length > 0);
        var groups = Enumerable.Range(0, pool.Count).GroupBy(i => categories ? pool[i].Category : pool[i].Brand);
        return [.. groups.SelectMany(group => group.Select((place, turn) => (place, turn))).OrderBy(entry => entry.turn).Take(count).Select(entry => entry.place).Order()];
    };

    static int[] Highest(double[] values, int count) => [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(count).Order()];

    static double[] Standardized(float[] scores)
    {
        if (scores.Length == 0) return [];
        double mean = scores.Average(score => (double)score), deviation = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        return [.. scores.Select(score => deviation > 0 ? (score - mean) / deviation : 0)];
    }
}
