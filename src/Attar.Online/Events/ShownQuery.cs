namespace Attar.Online.Events;

/// <summary>A query and what was shown for it.</summary>
/// <param name="Id">UBI's <c>query_id</c>.</param>
/// <param name="Received">Unix time in milliseconds, by the server's clock.</param>
/// <param name="Client">Its hash; null where the sender named none.</param>
/// <param name="Experiment">Null outside of experiments.</param>
/// <param name="Arm">Of an A/B experiment: the arm that answered.</param>
/// <param name="Seed">Of an interleaved request; with the arms' lists it gives the same list again.</param>
/// <param name="Teams">Of an interleaved request: which arm each place is owed to.</param>
/// <param name="Hits">Identifiers of the products shown, from the first place on.</param>
/// <param name="Ms">Time to rank.</param>
public sealed record ShownQuery(
    string Id, long Received, string? Client, string Text, IReadOnlyList<string> Hits,
    string? Experiment = null, string? Arm = null, long? Seed = null, string? Teams = null, double? Ms = null)
{
    /// <summary>Products kept of one list.</summary>
    public const int MostHits = 100;
}
