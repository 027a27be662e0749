using Attar.Data;
using Attar.Evaluation;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>NDCG@10 of a model on the dev queries, by the raters' verdicts: what every choice is made by.</summary>
/// <param name="queries">From <see cref="Judged"/>.</param>
public sealed class DevRanking(IReadOnlyList<JudgedQuery> queries, CatalogueText text, PairScorer scorer)
{
    List<TokenPair>? pairs;
    float[][] lastScores = [];

    /// <summary>Whether there is anything to rank.</summary>
    public bool Any => queries.Count > 0;

    public double Ndcg()
    {
        pairs ??= [.. queries.SelectMany(query => query.ProductIds.Select(id => text.Pair(query.Query.Text, id)))];
        float[] scores = scorer.Scores(pairs);
        int start = 0;
        var values = new List<double>();
        foreach (JudgedQuery query in queries)
        {
            double value = Evaluation.Ndcg.At(10, scores.AsSpan(start, query.ProductIds.Length), query.Gains, query.ProductIds);
            if (double.IsFinite(value)) values.Add(value);
            start += query.ProductIds.Length;
        }
        start = 0;
        lastScores = [.. queries.Select(query => scores[start..(start += query.ProductIds.Length)])];
        return values.Count == 0 ? 0 : values.Average();
    }

    /// <summary>A model that gives every product of a query one score has learnt nothing, though its loss may look healthy: it must not become the one that serves.</summary>
    /// <exception cref="StageFailedException">when the last ranking was such a one.</exception>
    public void RefuseCollapse(string model)
    {
        if (ScoreCollapse.Warning(model, lastScores) is { } warning) throw new StageFailedException(warning);
    }

    /// <summary>The dev queries with judgments.</summary>
    public static IReadOnlyList<JudgedQuery> Judged(Dataset dataset) =>
        dataset.Judgments.Any(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Dev) ? JudgedQuery.Of(dataset, Split.Dev, truth: false) : [];
}
