using System.Globalization;
using Attar.Data;
using Attar.Models.Heads;
using Attar.Retrieval;

namespace Attar.Evaluation.Audit;

/// <summary>Judged queries with what a model says of their products, as logits of gains.</summary>
/// <param name="Logits">Per query, one for each product.</param>
sealed record JudgedScores(List<JudgedQuery> Queries, double[][] Logits)
{
    public double[] Flat { get; } = [.. Logits.SelectMany(query => query)];

    public static JudgedScores Of(IReranker reranker, List<JudgedQuery> queries, Action<int, int>? progress = null)
    {
        var scores = new double[queries.Count][];
        for (int q = 0; q < scores.Length; q++)
        {
            scores[q] = [.. reranker.Score(queries[q].Query.Text, queries[q].Products).Select(score => (double)score)];
            progress?.Invoke(q + 1, scores.Length);
        }
        return new JudgedScores(queries, AsLogits(scores));
    }

    /// <summary>From a tab-separated file with the columns query_id, product_id and score, such as a shard of labels; pairs that it lacks are left out.</summary>
    /// <exception cref="InputException">naming every fault of the file, or that it has none of the pairs.</exception>
    public static JudgedScores Read(string path, List<JudgedQuery> queries)
    {
        var known = new Dictionary<(string, string), double>();
        var faults = new FaultList();
        using (var table = new TsvTable(path, faults, "query_id", "product_id", "score"))
            while (table.Next())
                if (table.TryNumber("score", out double score)) known[(table["query_id"], table["product_id"])] = score;
        faults.ThrowIfAny();

        List<JudgedQuery> kept = [];
        List<double[]> scores = [];
        foreach (JudgedQuery query in queries)
        {
            int[] scored = [.. Enumerable.Range(0, query.Products.Length).Where(p => known.ContainsKey((query.Query.Id, query.ProductIds[p])))];
            if (scored.Length == 0) continue;
            kept.Add(new JudgedQuery(query.Query, [.. scored.Select(p => query.Products[p])], [.. scored.Select(p => query.Ratings[p])], [.. scored.Select(p => query.Gains[p])]));
            scores.Add([.. scored.Select(p => known[(query.Query.Id, query.ProductIds[p])])]);
        }
        if (kept.Count == 0) throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"has no score of the {queries.Sum(query => query.Products.Length):n0} judged pairs of the split; expected the teacher's scores of them"));
        return new JudgedScores(kept, AsLogits([.. scores]));
    }

    /// <summary>The same pairs with other scores.</summary>
    public JudgedScores With(Func<Query, Product, double, double> map) =>
        new(Queries, [.. Queries.Zip(Logits, (query, logits) => query.Products.Select((product, p) => map(query.Query, product, logits[p])).ToArray())]);

    /// <summary>Scores that all lie in [0,1] are gains.</summary>
    static double[][] AsLogits(double[][] scores) =>
        scores.All(query => query.All(score => score is >= 0 and <= 1)) ? [.. scores.Select(query => query.Select(GradeHead.Logit).ToArray())] : scores;

    public static double Gain(double logit) => 1 / (1 + Math.Exp(-logit));
}
