using Attar.Endpoints;
using Attar.Labeling.Endpoints;

namespace Attar.Tests.Labeling.Endpoints;

public sealed class KeyTests : IDisposable
{
    const string Variable = "ATTAR_TEST_TEACHER_KEY", Key = "sk-test-31415926535";
    readonly LampShop shop = new();

    public KeyTests() => Environment.SetEnvironmentVariable(Variable, Key);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        shop.Dispose();
    }

    [Fact]
    public async Task The_key_goes_to_the_server_and_nowhere_else()
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, Protocol.Cohere) with { KeyVariable = Variable });
        Assert.All(server.Keys, key => Assert.Equal("Bearer " + Key, key));
        AssertSecret();
    }

    [Fact]
    public async Task A_server_that_repeats_the_key_in_its_refusal_does_not_get_it_into_the_log()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = _ => new Mishap(401, $$"""{"error":"Incorrect API key provided: {{Key}}"}""");
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1) with { KeyVariable = Variable })).Message;
        Assert.Contains("401", message);
        Assert.Contains($"is the key in {Variable} the right one?", message);
        Assert.DoesNotContain(Key, message);
        Assert.Equal(1, server.Requests);
        AssertSecret();
    }

    /// <summary>Other tests look at what is not said; here the model itself says the key.</summary>
    [Fact]
    public async Task Nor_one_that_answers_with_it()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = _ => new Mishap(200, """{"choices":[{"message":{"content":"KEY"}}]}""".Replace("KEY", Key));
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1) with { KeyVariable = Variable, Chat = new ChatOptions(Answer: ChatAnswer.Structured) })).Message;
        Assert.DoesNotContain(Key, message);
        AssertSecret();
    }

    [Fact]
    public async Task Nothing_is_sent_on_to_where_a_server_redirects()
    {
        await using StandIn server = await StandIn.Start();
        await using StandIn other = await StandIn.Start();
        server.Mishaps = _ => new Mishap(307, "", [("Location", other.Address + "/v2/rerank")]);
        Assert.Contains("307", Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.Cohere) with { KeyVariable = Variable })).Message);
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public void A_key_in_place_of_the_variable_or_in_the_address_is_neither_kept_nor_repeated()
    {
        TeacherEndpoint endpoint = new("http://localhost:1", Protocol.Chat);
        foreach (TeacherEndpoint wrong in (TeacherEndpoint[])[endpoint with { KeyVariable = Key }, endpoint with { Url = $"http://me:{Key}@localhost:1" }, endpoint with { Url = $"http://localhost:1/?api_key={Key}" },
            endpoint with { Extra = new() { ["api_key"] = Key } }, endpoint with { Extra = new() { ["headers"] = new System.Text.Json.Nodes.JsonObject { ["Authorization"] = $"Bearer {Key}" } } }])
            Assert.DoesNotContain(Key, Assert.Throws<InputException>(() => shop.Label(wrong)).Message);
        AssertSecret();
    }

    [Fact]
    public void A_variable_that_is_not_set_is_named() =>
        Assert.Contains("ATTAR_TEST_NO_KEY is not set", Assert.Throws<InputException>(() => shop.Label(new TeacherEndpoint("http://localhost:1", Protocol.Chat, KeyVariable: "ATTAR_TEST_NO_KEY"))).Message);

    [Fact]
    public void Every_fault_of_the_options_is_told_at_once()
    {
        var wrong = new TeacherEndpoint("ftp://x", Template: "no places", MaxCharacters: 0, Chat: new ChatOptions(Shots: 0, Votes: 3), Pace: new PaceOptions(Concurrency: 0), Trust: new TrustOptions(Pairs: 0), Price: new PriceOptions(Input: -1));
        Assert.Equal(
            ["teacher.url", "teacher.pace", "teacher.price", "teacher.template", "teacher.maxCharacters", "teacher.chat.votes", "teacher.trust.pairs"],
            Assert.Throws<InputException>(wrong.Check).Faults.Select(fault => fault.Where));
    }

    void AssertSecret()
    {
        Assert.All(Directory.EnumerateFiles(shop.Workspace.Root, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(Key, File.ReadAllText(file)));
        Assert.DoesNotContain(shop.Notes, note => note.Contains(Key));
    }
}
