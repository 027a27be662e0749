using System.Text.Json;
using Attar.Workspaces;

namespace Attar.Augmentation;

/// <summary>What <c>pairs/quality.json</c> says of the pairs.</summary>
/// <param name="Queries">Queries asked for: train and log queries of the data, and those made here.</param>
/// <param name="QueriesCovered">Of these, the queries for which search found something.</param>
/// <param name="NewQueries">Queries made here, in this round and those before.</param>
/// <param name="LeakedQueriesDropped">Train and log queries left out because dev or test has the same one, but for case and punctuation.</param>
/// <param name="NearlyLeakedQueriesDropped">Train, log and new queries left out because dev or test has nearly the same one.</param>
/// <param name="NearDuplicateQueriesDropped">Queries left out because they nearly repeat another.</param>
/// <param name="ProductsCovered">Share of the catalogue that is in some pair.</param>
/// <param name="DuplicatesRemoved">Draws passed over because the query had the product already.</param>
/// <param name="NearDuplicatesRemoved">Draws passed over because the query had a product with nearly the same title.</param>
/// <param name="AlreadyJudged">Pairs that people have judged as well: there the teacher can be compared with them.</param>
/// <param name="QueriesBySource">By <see cref="QuerySources.All"/>.</param>
/// <param name="WrittenQueriesDropped">Queries of a language model that were left out, by reason.</param>
/// <param name="QueriesWithFewResults">Queries for which search finds fewer products than they are to get.</param>
public sealed record PairQuality(
    int Queries, int QueriesCovered, int NewQueries, int LeakedQueriesDropped, int NearlyLeakedQueriesDropped, int NearDuplicateQueriesDropped, double ProductsCovered,
    long Pairs, long DuplicatesRemoved, long NearDuplicatesRemoved, long AlreadyJudged, IReadOnlyDictionary<string, long> PairsBySource, IReadOnlyDictionary<string, long> QueriesBySource, IReadOnlyDictionary<string, int> WrittenQueriesDropped, int QueriesWithFewResults = 0)
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Of parts of the pairs together.</summary>
    /// <param name="productsCovered">By all of them.</param>
    internal static PairQuality Of(IReadOnlyList<PairQuality> parts, double productsCovered) => parts[0] with // what is said of all queries is the same in every part
    {
        Queries = parts.Sum(part => part.Queries),
        QueriesCovered = parts.Sum(part => part.QueriesCovered),
        ProductsCovered = productsCovered,
        Pairs = parts.Sum(part => part.Pairs),
        DuplicatesRemoved = parts.Sum(part => part.DuplicatesRemoved),
        NearDuplicatesRemoved = parts.Sum(part => part.NearDuplicatesRemoved),
        AlreadyJudged = parts.Sum(part => part.AlreadyJudged),
        PairsBySource = Sums(parts, part => part.PairsBySource),
        QueriesBySource = Sums(parts, part => part.QueriesBySource),
        QueriesWithFewResults = parts.Sum(part => part.QueriesWithFewResults),
    };

    static Dictionary<string, long> Sums(IReadOnlyList<PairQuality> parts, Func<PairQuality, IReadOnlyDictionary<string, long>> counts) =>
        counts(parts[0]).Keys.ToDictionary(source => source, source => parts.Sum(part => counts(part)[source]));

    /// <param name="perQuery">Products that a query is to get.</param>
    internal void Tell(int perQuery, IProgressSink progress)
    {
        if (QueriesWithFewResults > 0) progress.Note($"search finds fewer than {perQuery} products for {QueriesWithFewResults:N0} of {Queries:N0} queries; where other sources had no more either, they got fewer pairs");
        progress.Note($"{Pairs:N0} pairs for {Queries:N0} queries; {ProductsCovered:P0} of the products; {LeakedQueriesDropped + NearlyLeakedQueriesDropped:N0} queries dropped that dev or test has too, or nearly");
    }

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, PairStore.Quality), stream => JsonSerializer.Serialize(stream, this, json));
}
