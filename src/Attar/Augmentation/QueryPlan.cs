using Attar.Augmentation.Sources;
using Attar.Augmentation.Writing;
using Attar.Data;
using Attar.Workspaces;

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
    IReadOnlyList<string> written = [];

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

    /// <summary>How many queries of <see cref="GenerateStage.Writer"/> were dropped, by reason.</summary>
    public IReadOnlyDictionary<string, int> WrittenDropped { get; private set; } = new Dictionary<string, int>();

    /// <summary>Queries to be made.</summary>
    int NewQueries => Math.Max(options.NewQueries, options.LeastQueries - Kept.Count - former.Count);

    IEnumerable<Query> Known => data.Queries.Concat(former);

    /// <summary>Asks the language model for its share of the new queries.</summary>
    public void AskWriter(StageContext context)
    {
        if (options.Writer is not { } writer) return;
        HashSet<ulong> taken = [.. Known.Select(query => QueryKey.HashOf(query.Text))];
        var cleaner = new QueryCleaner(query =>
            heldOut.Has(query) ? "leaked" : heldOut.Nearly(query) ? "nearly-leaked" : !taken.Add(QueryKey.HashOf(query)) ? "repeated" : !IsNew(query) ? "near-duplicate" : null);
        var random = new Random(GenerateStage.SeedOf(seed, "writer"));
        string[] log = [.. Kept.Select(query => query.Text)];
        string[] examples = [.. Shuffle.Of(log.Length, random).Take(writer.Examples).Select(i => log[i])];
        IEnumerable<int> order = turns is null ? Shuffle.Of(data.Products.Count, random) : Enumerable.Range(0, data.Products.Count).Select(turn => turns[turn]).Distinct();
        written = new EndpointQueries(writer, data.Products, new WritingPrompt(writer.PerProduct, examples, writer.Temperature), cleaner, context)
            .Write((int)Math.Round(options.WrittenShare * NewQueries), order);
        WrittenDropped = cleaner.Dropped;
    }

    /// <summary>The queries made before, then the new ones, written one by one; memory holds 64 bits of each of these.</summary>
    public IEnumerable<Query> Make()
    {
        HashSet<string> ids = [.. Known.Select(query => query.Id)];
        double rest = 1 - options.WrittenShare;
        var variants = options.PartShare + options.MisspeltShare > 0 ? new QueryVariants([.. Kept.Select(query => query.Text)], options.PartShare / rest, options.MisspeltShare / rest) : null;
        var writer = new QueryWriter(data.Products, Known.Select(query => query.Text).Concat(written), turns, variants, Stays);
        int number = Made = former.Count;
        foreach (Query query in former) yield return query;
        IEnumerable<(string Text, string Source)> made = writer.Write(NewQueries - written.Count, new Random(GenerateStage.SeedOf(seed, "new queries")));
        foreach (var (text, source) in written.Select(text => (text, QuerySources.Written)).Concat(made))
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
