using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Tests.Data;

namespace Attar.Tests.Augmentation.Sources;

public sealed class UbiLogTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A click before its query; a purchase that names the query's text; what is not wanted; a product the shop does not have.</summary>
    const string Log = """
        {"index": {"_index": "ubi_events"}}
        {"action_name":"click","query_id":"1","event_attributes":{"object":{"object_id":"p1","object_id_field":"sku"},"position":{"ordinal":3}}}
        {"action_name":"search","query_id":"1","event_attributes":null}
        {"application":"shop","query_id":"1","client_id":"c","user_query":"Red Drill","query_attributes":{},"timestamp":"2026-01-01T00:00:00Z"}
        {"application":"shop","query_id":"2","client_id":"d","user_query":"red drill!","timestamp":1717527762025}
        {"action_name":"click","query_id":"2","event_attributes":{"object":{"object_id":"p1"}}}
        {"action_name":"purchase","query_id":"2","event_attributes":{"object":{"object_id":"p2"}}}
        {"action_name":"impression","query_id":"2","event_attributes":{"object":{"object_id":"p3"}}}
        {"action_name":"add_to_cart","query_id":"unknown","user_query":"drill bits","event_attributes":{"object":{"object_id":"p3"}}}
        {"action_name":"click","query_id":"unknown","event_attributes":{"object":{"object_id":"p3"}}}
        {"action_name":"purchase","user_query":"oak table","event_attributes":{"object":{"object_id":"gone"}}}

        """;

    static readonly Product[] Shop = [new("p1", "Red drill"), new("p2", "Corded red drill"), new("p3", "Bits")];

    UbiLog Read(string text = Log) => new(folder.Add("ubi.ndjson", text));

    string Wanted(string query, UbiLog log) =>
        string.Join(' ', new ShopperBehaviour("behaviour", log, Shop).Propose(new SearchedQuery(query, 0, []), new Random(1)).Select(product => Shop[product].Id).Distinct());

    [Fact]
    public void Searches_are_counted_and_what_was_wanted_most_comes_first()
    {
        UbiLog log = Read();
        Assert.Equal(2, log.SearchesOf("RED  drill"));
        Assert.Equal(0, log.SearchesOf("drill bits")); // known from an event alone
        AskedQuery drill = log.Queries.Single(query => query.Key == "red drill");
        Assert.Equal([("p2", 3), ("p1", 2)], drill.Wanted.Select(wanted => (wanted.Key, wanted.Value)).OrderByDescending(wanted => wanted.Value));
    }

    [Theory]
    [InlineData("Red-Drill", "p2 p1 p3")] // its own first, then those of queries alike
    [InlineData("bits", "p3")]
    [InlineData("lamp", "")]
    public void Products_wanted_after_the_same_query_come_before_those_after_queries_alike(string query, string expected) => Assert.Equal(expected, Wanted(query, Read()));

    [Fact]
    public void What_shoppers_did_after_a_query_of_the_test_is_forgotten()
    {
        UbiLog log = Read();
        log.Forget(key => key == "red drill");
        Assert.Equal("p3", Wanted("red drill", log));
    }

    [Fact]
    public void Lines_that_are_no_objects_are_told_with_their_numbers()
    {
        var error = Assert.Throws<InputException>(() => Read(Log + "[1]\n{\"user_query\":\n"));
        Assert.Equal(2, error.Total);
        Assert.EndsWith("ubi.ndjson:12", error.Faults[0].Where);
    }

    [Fact]
    public void A_log_of_another_shop_is_refused() =>
        Assert.Contains("product", Assert.Throws<InputException>(() => new ShopperBehaviour("behaviour", Read("""{"action_name":"click","user_query":"x","event_attributes":{"object":{"object_id":"gone"}}}""" + "\n"), Shop)).Message);
}
