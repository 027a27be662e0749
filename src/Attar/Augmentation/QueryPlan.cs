using Attar.Augmentation.Audit;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>Which queries get candidates: those of train and the log that dev and test do not have, and those written here.</summary>
sealed class QueryPlan
{
    readonly GenerateStage options;
    readonly Dataset data;
    readonly ulong seed;
    readonly Turns? turns;
    readonly HeldOutQueries heldOut;
    readonly NearDuplicates? texts; // of the queries so far, where near duplicates are left out
    int compared;

    public QueryPlan(GenerateStage options, Dataset data, ulong seed, Turns? turns)
    {
        (this.options, this.data, this.seed, this.turns) = (options, data, seed, turns);
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
        (Kept, ByPart) = options.Log is { } quota
            ? quota.Choose(open, query => Events?.SearchesOf(query.Text) ?? 0, new Random(GenerateStage.SeedOf(seed, "log")))
            : (open, []);
    }

    /// <summary>Queries of the data that get candidates, in their order.</summary>
    public IReadOnlyList<Query> Kept { get; }

    /// <summary>How many of them are of the log's head, torso and tail; empty where all are kept.</summary>
    public IReadOnlyDictionary<string, int> ByPart { get; }

    public UbiLog? Events { get; }

    /// <summary>Queries left out because dev or test has them, and because it has nearly the same one.</summary>
    public int Leaked { get; }

    public int NearlyLeaked { get; private set; }

    /// <summary>Queries left out because another is nearly the same.</summary>
    public int NearDuplicates { get; private set; }

    /// <summary>Queries written here, as far as <see cref="Make"/> was read.</summary>
    public int Made { get; private set; }

    /// <summary>Writes the new queries one by one; memory holds 64 bits of each.</summary>
    public IEnumerable<Query> Make()
    {
        HashSet<string> ids = [.. data.Queries.Select(query => query.Id)];
        var variants = options.PartShare + options.MisspeltShare > 0 ? new QueryVariants([.. Kept.Select(query => query.Text)], options.PartShare, options.MisspeltShare) : null;
        var writer = new QueryWriter(data.Products, data.Queries.Select(query => query.Text), turns, variants, Stays);
        int number = 0;
        foreach (string text in writer.Write(options.NewQueries, new Random(GenerateStage.SeedOf(seed, "new queries"))))
        {
            while (ids.Contains($"g{++number}")) { }
            Made++;
            yield return new Query($"g{number}", text);
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
