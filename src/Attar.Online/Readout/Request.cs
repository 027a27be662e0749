using Attar.Online.Events;
using Attar.Online.Experiments;

namespace Attar.Online.Readout;

/// <summary>One request of an experiment, and what its shopper did.</summary>
/// <param name="Client">Its hash; one that the sender did not name is a client of its own.</param>
/// <param name="Teams">Of an interleaved one.</param>
/// <param name="Shown">How many products were shown.</param>
/// <param name="Acts">Action and place from 0; -1 where the event names no product of the list and no place.</param>
public sealed record Request(string Id, string Client, string? Arm, string? Teams, DateTimeOffset Received, double? Ms, int Shown, IReadOnlyList<(string Action, int Place)> Acts)
{
    public bool Has(string action) => Acts.Any(act => act.Action == action);

    /// <summary>Joins what was shown with what was done, in the order of time. What an event is about is found by the product; its place counts where the product is not named.</summary>
    public static IReadOnlyList<Request> Join(IEnumerable<ShownQuery> queries, IEnumerable<ShopperEvent> events)
    {
        ILookup<string, ShopperEvent> byQuery = events.Where(one => one.Query is not null).ToLookup(one => one.Query!);
        return [.. queries.OrderBy(query => query.Received).ThenBy(query => query.Id, StringComparer.Ordinal).Select(query => new Request(
            query.Id, query.Client ?? "query " + query.Id, query.Arm, query.Teams, DateTimeOffset.FromUnixTimeMilliseconds(query.Received), query.Ms, query.Hits.Count,
            [.. byQuery[query.Id].Select(one => (Actions.Named(one.Action), PlaceOf(one, query.Hits)))]))];
    }

    static int PlaceOf(ShopperEvent one, IReadOnlyList<string> hits)
    {
        for (int place = 0; one.Object is not null && place < hits.Count; place++)
            if (hits[place] == one.Object) return place;
        return one.Object is null && one.Ordinal is { } ordinal && ordinal >= 1 && ordinal <= hits.Count ? ordinal - 1 : -1;
    }
}
