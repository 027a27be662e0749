using System.Text;
using Attar.Data;
using Attar.Recipes;
using Attar.Retrieval;

namespace Attar.Augmentation;

/// <summary>
/// Pairs for the teacher to score: candidates for every train and log query of the data, and for queries made here.
/// Dev and test queries get none, nor does any query that equals one of them but for case and punctuation.
/// </summary>
/// <param name="PerQuery">Candidates of a query. 30 products give 435 margins to learn from; more cost the teacher time in proportion.</param>
/// <param name="TopShare">Of the best BM25 results, which the student will be given to rerank: most of what it must get right.</param>
/// <param name="MiddleShare">Down to rank 100: near misses that share words without being what was meant.</param>
/// <param name="DeepShare">Down to rank 1,000: chance matches; a few are enough to be recognised.</param>
/// <param name="CategoryShare">Of the best result's category (or brand): the same kind of thing, perhaps without a common word, so that words alone do not decide.</param>
/// <param name="RandomShare">From anywhere: what the bottom of the scale looks like. Without them the student has never seen a product that does not match at all.</param>
/// <param name="NewQueries">Queries to make from the catalogue when the shop has few of its own.</param>
public sealed record GenerateStage(
    int PerQuery = 30, double TopShare = 0.4, double MiddleShare = 0.2, double DeepShare = 0.1, double CategoryShare = 0.15, double RandomShare = 0.15,
    int NewQueries = 0) : Stage
{
    public override string Title => "generate";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Pairs];

    public override void Run(StageContext context)
    {
        CandidateQuota quota = Quota();
        Dataset data = DatasetFiles.Read(context.Workspace.Data);
        string folder = context.Workspace.Pairs;

        // Whose candidates: train and log queries that no dev or test query equals.
        List<Query> open = [.. data.Queries.Where(query => SplitOf(data, query) == Split.Train)];
        HashSet<string> heldOut = [.. data.Queries.Where(query => SplitOf(data, query) != Split.Train).Select(query => QueryKey.Of(query.Text))];
        int leaked = open.RemoveAll(query => heldOut.Contains(QueryKey.Of(query.Text)));
        List<Query> made = MakeQueries(data, new Random(SeedOf(context.Seed, "new queries")));
        PairStore.WriteQueries(folder, made);
        List<Query> queries = [.. open, .. made];

        // Which candidates: picked by all threads, written in the order of the queries.
        context.Progress.Report("index", 0, 1, $"{data.Products.Count:N0} products");
        var sampler = new CandidateSampler(new Bm25Index(data.Products), quota);
        var judged = data.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId)).ToHashSet();
        var tally = new Tally(data.Products.Count);
        var picks = queries.AsParallel().AsOrdered().WithDegreeOfParallelism(context.Threads).WithCancellation(context.Cancel)
            .Select(query => (query.Id, Candidates: sampler.Pick(query.Text, new Random(SeedOf(context.Seed, query.Id)))));
        PairStore.Write(folder, Pairs());
        IEnumerable<CandidatePair> Pairs()
        {
            int done = 0;
            foreach (var (id, candidates) in picks)
            {
                if (done++ % 100 == 0) context.Progress.Report("generate", done, queries.Count);
                tally.Add(candidates);
                foreach (var (product, source) in candidates.Picked)
                {
                    string productId = data.Products[product].Id;
                    if (judged.Contains((id, productId))) tally.AlreadyJudged++;
                    yield return new CandidatePair(id, productId, source);
                }
            }
        }
        context.Progress.Report("generate", queries.Count, queries.Count);

        PairQuality quality = tally.Quality(queries.Count, made.Count, leaked);
        quality.Write(folder);
        context.Progress.Note($"{quality.Pairs:N0} pairs for {quality.Queries:N0} queries; {quality.ProductsCovered:P0} of the products; {leaked:N0} queries dropped that dev or test has too");
    }

    /// <summary>Shares to whole numbers that add up to <see cref="PerQuery"/>.</summary>
    CandidateQuota Quota()
    {
        double[] shares = [TopShare, MiddleShare, DeepShare, CategoryShare, RandomShare];
        if (PerQuery < 1) throw new InputException("generate.perQuery", $"{PerQuery}; expected 1 or more; correct the recipe");
        if (shares.Any(share => !(share >= 0)) || Math.Abs(shares.Sum() - 1) > 1e-6)
            throw new InputException("generate", $"shares {string.Join(" + ", shares)}; expected numbers from 0 that add up to 1; correct the recipe");
        var counts = new int[shares.Length];
        double sum = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            int before = (int)Math.Round(sum * PerQuery);
            sum += shares[i];
            counts[i] = (int)Math.Round(sum * PerQuery) - before;
        }
        return new CandidateQuota(counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    List<Query> MakeQueries(Dataset data, Random random)
    {
        var ids = data.Queries.Select(query => query.Id).ToHashSet();
        var made = new List<Query>();
        int number = 0;
        foreach (string text in new QueryWriter(data.Products, data.Queries.Select(query => query.Text)).Write(NewQueries, random))
        {
            while (ids.Contains($"g{++number}")) { }
            made.Add(new Query($"g{number}", text));
        }
        return made;
    }

    static Split SplitOf(Dataset data, Query query) => data.Splits.GetValueOrDefault(query.Id, Split.Train);

    /// <summary>FNV-1a: each query has a stream of its own, so neither threads nor other queries change what it gets.</summary>
    static int SeedOf(ulong seed, string name)
    {
        ulong hash = 14695981039346656037 ^ seed;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 1099511628211;
        return (int)(hash ^ (hash >> 32));
    }
}
