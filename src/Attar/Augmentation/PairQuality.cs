using System.Text.Json;

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

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, PairStore.Quality), stream => JsonSerializer.Serialize(stream, this, json));
}
