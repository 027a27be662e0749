using System.Text;
using Attar.Augmentation.Sources;
using Attar.Augmentation.Writing;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Augmentation;

/// <summary>
/// Pairs for the teacher to score: candidates for every train and log query of the data, and for queries made here.
/// Dev and test queries get none, nor does any query that equals or nearly repeats one of them.
/// Memory holds the catalogue and its index, not pairs.
/// A later round keeps the pairs of the one before and adds to each query products that it does not have yet.
/// </summary>
/// <param name="PerQuery">Candidates of a query. 30 products give 435 margins to learn from; more cost the teacher time in proportion.</param>
/// <param name="TopShare">Of the best BM25 results, which the student will be given to rerank: most of what it must get right.</param>
/// <param name="MiddleShare">Down to rank 100: near misses that share words without being what was meant.</param>
/// <param name="DeepShare">Down to rank 1,000: chance matches; a few are enough to be recognised.</param>
/// <param name="CategoryShare">Of the best result's category (or brand): the same kind of thing, perhaps without a common word, so that words alone do not decide.</param>
/// <param name="RandomShare">From anywhere: what the bottom of the scale looks like. Without them the student has never seen a product that does not match at all.</param>
/// <param name="NewQueries">Queries to make when the shop has few of its own.</param>
/// <param name="LeastQueries">As many more are made as are missing to so many: a shop with a hundred judged queries has a hundred thousand products that a student is to know.</param>
/// <param name="BrandShare">Of the best result's brand: other things by the same maker.</param>
/// <param name="SwapShare">The best results in another size or colour: what words that differ by one number mean.</param>
/// <param name="ModelShare">Of what <paramref name="Model"/> puts on top of the best 100 BM25 results: its hardest mistakes. 0 until there is one.</param>
/// <param name="BehaviourShare">Of what shoppers bought, put into the cart or clicked after the same query or one alike. 0 without <paramref name="Events"/>.</param>
/// <param name="PartShare">Of the new queries: those of the log with a word left out. The rest is written from products.</param>
/// <param name="MisspeltShare">Of the new queries: those of the log misspelt.</param>
/// <param name="Events">User Behavior Insights as JSON lines; null: those that were imported with the data, if any.</param>
/// <param name="Log">How many queries of the log get candidates, and from which part of it; null: all.</param>
/// <param name="Model">A model of the workspace or a model folder: the current student, for another round.</param>
/// <param name="Select">Picks the candidates from a pool, which is then what the shares are of.</param>
/// <param name="Pool">How many times as large as what is picked.</param>
/// <param name="OtherModel">Whom <paramref name="Model"/> disagrees with.</param>
/// <param name="Cover">Random products and the products that queries are written about come from each category or brand equally often.</param>
/// <param name="NearDuplicates">From which Jaccard on the second of two titles of a query (by words, but for swaps) and of two queries (by runs of three letters) is left out; null: none is. Some 500 bytes of memory a query.</param>
/// <param name="LeakSimilarity">From which Jaccard on a query nearly repeats one of dev or test; 1 asks for the same runs of letters.</param>
/// <param name="WrittenShare">Of the new queries: those that <paramref name="Writer"/> writes; what it has no more to say is written from products.</param>
/// <param name="Writer">A language model elsewhere.</param>
/// <param name="Round">From 1. What the student of one round puts on top is what the next one's should learn.</param>
public sealed record GenerateStage(
    int PerQuery = 30, double TopShare = 0.3, double MiddleShare = 0.15, double DeepShare = 0.05, double CategoryShare = 0.15, double RandomShare = 0.15,
    int NewQueries = 0, double BrandShare = 0.05, double SwapShare = 0.15, double ModelShare = 0, double BehaviourShare = 0, double PartShare = 0, double MisspeltShare = 0,
    string? Events = null, LogQuota? Log = null, string Model = "student", Select Select = Select.None, int Pool = 4, string OtherModel = "teacher",
    Cover Cover = Cover.None, double? NearDuplicates = null, double LeakSimilarity = 0.8, double WrittenShare = 0, QueryEndpoint? Writer = null, int Round = 1, int LeastQueries = 0) : Stage
{
    public override string Title => Round == 1 ? "generate" : $"generate round {Round}";

    public override IEnumerable<string> Inputs(Workspace workspace)
    {
        Writer?.Check(); // before the options are written to the workspace: what was meant for a variable may be a key
        return
        [
            workspace.Data,
            .. Round > 1 ? new[] { workspace.Round(Round - 1).Pairs } : [],
            .. Models.Where(name => name != Rerankers.Bm25).Select(name => workspace.Resolve(ModelReference.Parse(name).Folder)),
            .. Events is null ? [] : new[] { Events },
        ];
    }

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Round(Round).Pairs];

    internal IEnumerable<string> Models =>
        Select == Select.Disagreement ? [Model, OtherModel] : Select is Select.Uncertainty or Select.Spread || ModelShare > 0 ? [Model] : [];

    internal double[] Shares => [TopShare, MiddleShare, DeepShare, ModelShare, BehaviourShare, SwapShare, CategoryShare, BrandShare, RandomShare]; // as PairSources.All

    public override void Run(StageContext context)
    {
        if (Merge is not null) Merge.Run(context with { Workspace = context.Workspace.Round(Round) });
        else Checked(context.Workspace).Generate(context);
    }

    /// <summary>Parts that workers made, in place of what is read.</summary>
    internal GenerateMerge? Merge { get; init; }

    /// <summary>With the events that were imported, where there are any.</summary>
    GenerateStage Checked(Workspace workspace)
    {
        GenerateStage own = Events is null && Path.Combine(workspace.Data, DatasetFiles.Events) is var imported && File.Exists(imported) ? this with { Events = imported } : this;
        own.Check();
        if (own is { BehaviourShare: > 0, Events: null }) throw new InputException("generate.behaviourShare", $"{BehaviourShare}, but no events; expected the path of a UBI file; import or set events, or set behaviourShare to 0");
        Writer?.Check();
        Log?.Check();
        return own;
    }

    void Generate(StageContext context)
    {
        StageContext own = Own(context);
        using var generator = new PairGenerator(this, own);
        generator.Write(own.Workspace.Pairs).Tell(PerQuery, context.Progress);
    }

    /// <summary>For a worker, whose parts lie elsewhere.</summary>
    internal PairGenerator Generator(StageContext context)
    {
        GenerateStage own = Checked(context.Workspace);
        return new(own, own.Own(context));
    }

    /// <summary>With the workspace and a seed of the round.</summary>
    StageContext Own(StageContext context) => context with { Workspace = context.Workspace.Round(Round), Seed = context.Seed + (ulong)(Round - 1) * 0x9E3779B97F4A7C15 };

    public override IEnumerable<Fault> Faults()
    {
        if (PerQuery < 1) yield return new("generate.perQuery", $"{PerQuery}; expected 1 or more; correct the recipe");
        if (Shares.Any(share => !(share >= 0)) || Math.Abs(Shares.Sum() - 1) > 1e-6)
            yield return new("generate", $"shares {string.Join(" + ", Shares)}; expected numbers from 0 that add up to 1; correct the recipe");
        if (!(PartShare >= 0 && MisspeltShare >= 0 && WrittenShare >= 0 && PartShare + MisspeltShare + WrittenShare <= 1))
            yield return new("generate", $"partShare {PartShare}, misspeltShare {MisspeltShare} and writtenShare {WrittenShare}; expected numbers from 0 that add up to 1 at most; correct the recipe");
        if (WrittenShare > 0 != Writer is not null) yield return new("generate.writtenShare", $"{WrittenShare}, {(Writer is null ? "but no writer; name a language model's address" : "but a writer; say how many of the new queries it writes, or leave it out")}");
        if (Select != Select.None && Pool < 2) yield return new("generate.pool", $"{Pool}; expected 2 or more; correct the recipe, or select none");
        foreach (var (name, value) in new[] { ("nearDuplicates", NearDuplicates ?? 1), ("leakSimilarity", LeakSimilarity) })
            if (value is not (> 0 and <= 1)) yield return new($"generate.{name}", $"{value}; expected a share above 0 and at most 1; correct the recipe");
    }

    /// <summary>FNV-1a: each query has a stream of its own, so neither threads nor other queries change what it gets.</summary>
    internal static int SeedOf(ulong seed, string name)
    {
        ulong hash = 14695981039346656037 ^ seed;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 1099511628211;
        return (int)(hash ^ (hash >> 32));
    }
}
