using Attar.Augmentation.Audit;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>Which queries get candidates: those of train and the log that dev and test do not have, and those written here.</summary>
sealed class QueryPlan
{
    readonly GenerateStage options;
    readonly Dataset data;
    readonly IReadOnlyList<Query> former;
    readonly ulong seed;
    readonly Turns? turns;
    readonly HeldOutQueries heldOut;
    readonly NearDuplicates? texts; // of the queries so far, where near duplicates are left out
    int compared;

    /// <param name="former">Queries made in the round before.</param>
    public QueryPlan(GenerateStage options, Dataset data, IReadOnlyList<Query> former, ulong seed, Turns? turns)
    {
        (this.options, this.data, this.former, this.seed, this.turns) = (options, data, former, seed, turns);
        heldOut = new HeldOutQueries(data, options.LeakSimilarity);
        texts = options.NearDuplicates is { } similarity ? new NearDuplicates(similarity) : null;
        if (options.Events is { } path)
        {
            Events = new UbiLog(path);
            Events.Forget(query => heldOut.Has(query) || heldOut.Nearly(query));
        }
        List<Query> open = [.. data.Queries.Where(query => data.Splits.GetValueOrDefault(query.Id, Split.Train) == Split.Train)];
        Leaked = open.RemoveAll(query => heldOut.Has(query.Text));
        NearlyLeaked = open.RemoveAll(query => heldOut.Nearly(query.Text));
        NearDuplicates = open.RemoveAll(query => !IsNew(query.Text));
        // Without events, only who asks for parts of the log says that its order tells what is popular.
        Query[] log = options.Log is null && Events is null
            ? [.. open.Select(query => query with { Source = QuerySources.Log })]
            : QuerySources.Stratified(open, query => Events?.SearchesOf(query.Text) ?? 0);
        foreach (Query query in former) IsNew(query.Text);
        Kept = options.Log?.Choose(log, new Random(GenerateStage.SeedOf(seed, "log"))) ?? (IReadOnlyList<Query>)log;
    }

    /// <summary>Queries of the data that get candidates, in their order.</summary>
    public IReadOnlyList<Query> Kept { get; }

    public UbiLog? Events { get; }

    /// <summary>Queries left out because dev or test has them, and because it has nearly the same one.</summary>
    public int Leaked { get; }

    public int NearlyLeaked { get; private set; }

    /// <summary>Queries left out because another is nearly the same.</summary>
    public int NearDuplicates { get; private set; }

    /// <summary>Queries made here and before, as far as <see cref="Make"/> was read.</summary>
    public int Made { get; private set; }

    /// <summary>The queries made before, then the new ones, written one by one; memory holds 64 bits of each of these.</summary>
    public IEnumerable<Query> Make()
    {
        Query[] known = [.. data.Queries, .. former];
        HashSet<string> ids = [.. known.Select(query => query.Id)];
        var variants = options.PartShare + options.MisspeltShare > 0 ? new QueryVariants([.. Kept.Select(query => query.Text)], options.PartShare, options.MisspeltShare) : null;
        var writer = new QueryWriter(data.Products, known.Select(query => query.Text), turns, variants, Stays);
        int number = Made = former.Count;
        foreach (Query query in former) yield return query;
        foreach (var (text, source) in writer.Write(options.NewQueries, new Random(GenerateStage.SeedOf(seed, "new queries"))))
        {
            while (ids.Contains($"g{++number}")) { }
            Made++;
            yield return new Query($"g{number}", text, source);
        }
    }

    bool Stays(string query)
    {
        if (heldOut.Nearly(query)) NearlyLeaked++;
        else if (!IsNew(query)) NearDuplicates++;
        else return true;
        return false;
    }

    bool IsNew(string query) => texts is null || texts.Add(Shingles.Letters(query)) == compared++;
}
