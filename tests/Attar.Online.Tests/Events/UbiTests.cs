using System.Text.Json;
using Attar.Online.Events;

namespace Attar.Online.Tests.Events;

public sealed class UbiTests
{
    static readonly ClientHash clients = new("0123456789abcdef");

    static (ShopperEvent? Event, List<string> Faults) Event(string json)
    {
        List<string> faults = [];
        return (Ubi.Event(JsonSerializer.Deserialize<JsonElement>(json), 99, clients, "", faults), faults);
    }

    const string Click = """
        {"application":"shop","action_name":"click","query_id":"00112233","session_id":"s","client_id":"ada","timestamp":"2026-11-30T12:00:00+01:00","message_type":"CLICK",
         "event_attributes":{"object":{"object_id":"p7","object_id_field":"sku","description":"lamp"},"position":{"ordinal":3,"x":1},"more":[1]}}
        """;

    [Fact]
    public void A_click_is_read_and_its_client_hashed()
    {
        (ShopperEvent? click, List<string> faults) = Event(Click);
        Assert.Empty(faults);
        Assert.Equal(new ShopperEvent(click!.Id, 99, DateTimeOffset.Parse("2026-11-30T11:00:00Z", null).ToUnixTimeMilliseconds(), "click", "00112233", clients.Of("ada"), "p7", 3), click);
        Assert.DoesNotContain("ada", clients.Of("ada"));
        Assert.NotEqual(clients.Of("ada"), new ClientHash("another salt of 16").Of("ada"));
    }

    [Fact]
    public void The_same_event_sent_again_has_the_same_identifier_and_another_one_another()
    {
        Assert.Equal(Event(Click).Event!.Id, Event(Click).Event!.Id);
        Assert.NotEqual(Event(Click).Event!.Id, Event(Click.Replace("p7", "p8")).Event!.Id);
        Assert.Equal("own", Event(Click.Replace("\"application\"", "\"event_id\":\"own\",\"application\"")).Event!.Id);
    }

    [Theory]
    [InlineData("{}", "action_name: missing", "timestamp: missing")]
    [InlineData("""{"action_name":"click","timestamp":"soon"}""", "timestamp: expected a time such as 2026-11-30T12:00:00Z")]
    [InlineData("""{"action_name":["click"],"timestamp":"2026-11-30T12:00:00Z"}""", "action_name: expected a text of at most 100 characters")]
    [InlineData("""{"action_name":"click","timestamp":"2026-11-30","event_attributes":{"position":{"ordinal":"x"},"object":3}}""", "event_attributes.object: expected an object", "event_attributes.position.ordinal: expected a whole number")]
    [InlineData("[]", "action_name: missing", "timestamp: missing")]
    public void Faults_are_told_together(string json, params string[] faults)
    {
        (ShopperEvent? none, List<string> found) = Event(json);
        Assert.Null(none);
        Assert.Equal(faults, found);
    }

    [Fact]
    public void Identifiers_may_be_numbers_and_zeros_of_text_go()
    {
        (ShopperEvent? read, _) = Event("""{"action_name":"view","timestamp":"2026-11-30T12:00:00","client_id":7,"event_attributes":{"object":{"object_id":12}},"query_id":"a\u0000b"}""");
        Assert.Equal(("12", "ab", clients.Of("7")), (read!.Object, read.Query, read.Client));
    }

    [Fact]
    public void A_query_is_read_with_its_hits_and_experiment()
    {
        List<string> faults = [];
        ShownQuery? query = Ubi.Query(JsonSerializer.Deserialize<JsonElement>("""
            {"user_query":"oak table","query_id":"q","client_id":"ada","query_response_hit_ids":["p1",2],"query_attributes":{"experiment":"lamps","arm":"new","page":2}}
            """), 5, clients, "", faults);
        Assert.Empty(faults);
        Assert.Equal(("q", 5L, clients.Of("ada"), "oak table", "lamps", "new"), (query!.Id, query.Received, query.Client, query.Text, query.Experiment, query.Arm));
        Assert.Equal(["p1", "2"], query.Hits);
    }

    [Fact]
    public void A_query_without_a_text_is_none()
    {
        List<string> faults = [];
        Assert.Null(Ubi.Query(JsonSerializer.Deserialize<JsonElement>("""{"query_id":"q","query_response_hit_ids":[{}]}"""), 5, clients, "[0].", faults));
        Assert.Equal(["[0].user_query: missing", "[0].query_response_hit_ids: expected a list of texts of at most 256 characters"], faults);
    }
}
