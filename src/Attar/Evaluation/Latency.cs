using Attar.Data;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Evaluation;

/// <summary>How long a shopper waits for a reranked page.</summary>
static class Latency
{
    const int Candidates = 100, Requests = 50, WarmUp = 3;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Median milliseconds of reranking 100 products drawn from the catalogue, one request after another.</summary>
    public static double MedianMilliseconds(IReranker reranker, IReadOnlyList<JudgedQuery> queries, IReadOnlyList<Product> catalogue, StageContext context)
    {
        var draws = new SplitMix64(context.Seed);
        List<double> milliseconds = [];
        long start = context.Clock.GetTimestamp();
        for (int request = -WarmUp; request < Requests; request++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            string query = queries[draws.Below(queries.Count)].Query.Text;
            var candidates = new Product[Candidates];
            for (int i = 0; i < Candidates; i++) candidates[i] = catalogue[draws.Below(catalogue.Count)];

            long begun = context.Clock.GetTimestamp();
            reranker.Score(query, candidates);
            if (request >= 0) milliseconds.Add(context.Clock.GetElapsedTime(begun).TotalMilliseconds);
            if (milliseconds.Count > 4 && context.Clock.GetElapsedTime(start) > Patience) break; // a slow model: a rough median will do
        }
        milliseconds.Sort();
        return milliseconds[milliseconds.Count / 2];
    }
}
