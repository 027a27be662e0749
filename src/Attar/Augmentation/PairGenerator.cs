using System.Globalization;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Augmentation;

/// <summary>Makes the pairs of a generate stage, all of them or those of a part of its queries. What that takes is read once, however many parts there are.</summary>
sealed class PairGenerator : IDisposable
{
    const int Block = 512; // queries whose candidates are picked side by side

    readonly GenerateStage stage;
    readonly StageContext context;
    readonly Dataset data;
    readonly FormerRound? former;
    readonly IReranker[] models;
    readonly Selection.Choice? choice;
    readonly QueryPlan queries;
    readonly Lazy<CandidateSampler> sampler;
    string? planned; // the folder that has the new queries

    /// <param name="context">Whose workspace and seed are those of the round.</param>
    public PairGenerator(GenerateStage stage, StageContext context)
    {
        (this.stage, this.context) = (stage, context);
        data = DatasetFiles.Read(context.Workspace.Data);
        former = stage.Round == 1 ? null : new FormerRound(context.Workspace.Round(stage.Round - 1).Pairs, data);
        models = [.. stage.Models.Select(name => Rerankers.Load(context.Workspace, data, name, context.Threads))];
        choice = ChoiceOf();
        Turns? turns = stage.Cover == Cover.None ? null : new Turns(data.Products, stage.Cover, new Random(GenerateStage.SeedOf(context.Seed, "turns")));
        queries = new QueryPlan(stage, data, former?.Made ?? [], context.Seed, turns);
        sampler = new(() =>
        {
            context.Progress.Report("index", 0, 1, $"{data.Products.Count:N0} products");
            Bm25Index index = FieldWeights.Index(data);
            if (index.Formula is var weights && weights != new Bm25()) context.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"search: by the judgments of dev, words beside the title count {weights.OtherFields}, and those of descriptions in full to a length of {weights.DescriptionLength}"));
            var needs = new SourceNeeds(data.Products, models.FirstOrDefault(), queries.Events, turns);
            int drawn = stage.Select == Select.None ? stage.PerQuery : stage.PerQuery * stage.Pool;
            return new CandidateSampler(index, PairSources.Mix([.. PairSources.All.Zip(PairSources.Quotas(drawn, stage.Shares))], needs), stage.NearDuplicates);
        });
    }

    /// <summary>Of the catalogue.</summary>
    public int Products => data.Products.Count;

    /// <summary>Writes the new queries, the pairs of a part of all queries, and what is to be said of these.</summary>
    /// <param name="part">From 0.</param>
    public PairQuality Write(string folder, int part = 0, int parts = 1)
    {
        Directory.CreateDirectory(folder);
        if (planned is null)
        {
            queries.AskWriter(context);
            PairStore.WriteQueries(folder, queries.Make());
            planned = folder;
        }
        else File.Copy(Path.Combine(planned, PairStore.Queries), Path.Combine(folder, PairStore.Queries), overwrite: true);
        var tally = new Tally(data, stage.PerQuery);
        long count = parts == 1 ? 0 : Asked().LongCount();
        PairStore.Write(folder, parts == 1 ? Pairs(0, long.MaxValue, tally) : Pairs(ShardChoice.First(part, parts, count), ShardChoice.First(part + 1, parts, count), tally));
        PairQuality quality = tally.Quality(queries);
        quality.Write(folder);
        return quality;
    }

    IEnumerable<PairedQuery> Asked()
    {
        IEnumerable<Query> asked = queries.Kept.Concat(PairStore.StreamQueries(planned!));
        return former?.Before(asked) ?? asked.Select(query => new PairedQuery(query, true, []));
    }

    /// <summary>Picked by all threads, block by block, in the order of the queries.</summary>
    IEnumerable<CandidatePair> Pairs(long first, long end, Tally tally)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancel };
        long done = first;
        foreach (PairedQuery[] block in Asked().Skip(checked((int)first)).Take((int)Math.Min(end - first, int.MaxValue)).Chunk(Block))
        {
            var picks = new Candidates[block.Length];
            Parallel.For(0, block.Length, options, i => picks[i] = Pick(block[i], done + i));
            for (int i = 0; i < block.Length; i++)
            {
                Query query = block[i].Query;
                tally.Add(query, picks[i]);
                foreach (var (product, source) in picks[i].Picked) yield return new CandidatePair(query.Id, data.Products[product].Id, source, query.Source!);
            }
            context.Progress.Report("generate", (done += block.Length) - first, Math.Min(end, queries.Kept.Count + queries.Made) - first);
        }
    }

    Candidates Pick(PairedQuery asked, long number)
    {
        if (!asked.Open) return new Candidates(asked.Had, 0);
        Query query = asked.Query;
        Candidates pool = sampler.Value.Pick(query.Text, new Random(GenerateStage.SeedOf(context.Seed, query.Id)), number, asked.Had);
        IReadOnlyList<(int Product, string Source)> picked = pool.Picked;
        if (choice is not null && picked.Count > stage.PerQuery)
            picked = [.. choice(query.Text, [.. picked.Select(candidate => data.Products[candidate.Product])], stage.PerQuery).Select(i => picked[i])];
        return pool with { Picked = [.. asked.Had, .. picked] };
    }

    Selection.Choice? ChoiceOf() => stage.Select switch
    {
        Select.Uncertainty => Selection.ByUncertainty(models[0] as ModelReranker ?? throw new InputException("generate.model", $"{stage.Model} is never unsure; expected a model folder; name another, or select by disagreement")),
        Select.Disagreement => Selection.ByDisagreement(models[0], models[1]),
        Select.Spread => Selection.BySpread(models[0]),
        Select.Coverage => Selection.ByCoverage,
        _ => null,
    };

    public void Dispose()
    {
        foreach (var model in models.OfType<IDisposable>()) model.Dispose();
    }
}
