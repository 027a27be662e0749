using System.Runtime.InteropServices;
using Attar.Data;
using Attar.Evaluation;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Collectives;

namespace Attar.Training;

/// <summary>NDCG@10 of a model on the dev queries, by the raters' verdicts: what every choice is made by.</summary>
/// <param name="queries">From <see cref="Judged"/>.</param>
/// <param name="ranks">Who else has the model: each scores its share of the pairs; null: nobody.</param>
public sealed class DevRanking(IReadOnlyList<JudgedQuery> queries, CatalogueText text, PairScorer scorer, Communicator? ranks = null)
{
    List<TokenPair>? pairs; // this rank's
    float[][] lastScores = [];

    /// <summary>Whether there is anything to rank.</summary>
    public bool Any => queries.Count > 0;

    public double Ndcg()
    {
        float[] scores = Scores();
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

    float[] Scores()
    {
        pairs ??= Own();
        float[] own = scorer.Scores(pairs);
        return ranks is null ? own : [.. ranks.Gather(MemoryMarshal.AsBytes<float>(own)).SelectMany(scores => MemoryMarshal.Cast<byte, float>(scores).ToArray())];
    }

    List<TokenPair> Own()
    {
        (int size, int rank) = (ranks?.Size ?? 1, ranks?.Rank ?? 0);
        (string Query, string Product)[] all = [.. queries.SelectMany(query => query.ProductIds.Select(id => (query.Query.Text, id)))];
        return [.. all[(int)((long)all.Length * rank / size)..(int)((long)all.Length * (rank + 1) / size)].Select(pair => text.Pair(pair.Query, pair.Product))];
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
