using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Augmentation.Writing;
using Attar.Data;
using Attar.Endpoints;
using Attar.Tests.Labeling.Endpoints;
using Attar.Workspaces;

namespace Attar.Tests.Augmentation.Writing;

/// <summary>A chat model on loopback writes queries for the twelve products of a small shop.</summary>
public sealed class EndpointQueriesTests : IDisposable
{
    readonly LampShop shop = new();

    public void Dispose() => shop.Dispose();

    static GenerateStage Stage(StandIn server, PaceOptions? pace = null) => new(
        PerQuery: 3, NewQueries: 24, WrittenShare: .5, LeakSimilarity: 1,
        Writer: new QueryEndpoint(server.Address, Model: "m", PerProduct: 2, Pace: pace ?? new PaceOptions(2, 4, Attempts: 8, TimeoutSeconds: LampShop.Limit)));

    void Run(GenerateStage stage, CancellationToken cancel = default) => stage.Run(new StageContext(shop.Workspace, 1, 2, shop, shop.Clock, cancel));

    Query[] Made(string source = QuerySources.Written) => [.. PairStore.ReadQueries(shop.Workspace.Pairs).Where(query => query.Source == source)];

    JsonNode Quality() => JsonNode.Parse(File.ReadAllText(Path.Combine(shop.Workspace.Pairs, PairStore.Quality)))!;

    static string[] Titles(string prompt) => [.. prompt.Split("\n\nProduct ").Skip(1).Select(section => section.Split('\n')[1])];

    /// <summary>An answer with two queries for each product of a prompt.</summary>
    static string Written(string prompt) => Answer(Titles(prompt).Select(title => new[] { $"{title} for the hall", $"1. \"Cosy {title}\"" }));

    static string Answer(IEnumerable<string[]> queries) => $"Here they are:\n```json\n{JsonSerializer.Serialize(new { queries })}\n```";

    [Fact]
    public async Task A_share_of_the_new_queries_is_written_elsewhere_and_says_so()
    {
        await using StandIn server = await StandIn.Start();
        server.Says = Written;
        Run(Stage(server));
        Query[] written = Made();
        Assert.Equal(12, written.Length);
        Assert.Equal(12, Made(QuerySources.Product).Length);
        Assert.Contains(written, query => query.Text.EndsWith("made well for the hall", StringComparison.Ordinal));
        Assert.Contains(written, query => query.Text.StartsWith("Cosy ", StringComparison.Ordinal));
        Assert.Equal(12, (int)Quality()["queriesBySource"]!["written"]!);
        Assert.All(PairStore.Read(shop.Workspace.Pairs).Where(pair => written.Any(query => query.Id == pair.QueryId)), pair => Assert.Equal("written", pair.QuerySource));
        string[] prompts = [.. server.Bodies.Select(body => (string)body["messages"]![0]!["content"]!)];
        Assert.Equal([2, 4], prompts.Select(prompt => Titles(prompt).Length).Order());
        Assert.Contains("cheap", prompts[0]); // log queries, for their style
        Assert.All(DatasetFiles.Read(shop.Workspace.Data).Queries.Take(8), dev => Assert.DoesNotContain(dev.Text, prompts[0])); // none of dev
        Assert.Contains(shop.Notes, note => note.StartsWith("generate: 6 questions to ask: about 2 requests", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_query_or_not_allowed_is_dropped_with_its_reason()
    {
        await using StandIn server = await StandIn.Start();
        string dev = DatasetFiles.Read(shop.Workspace.Data).Queries[0].Text;
        int asked = 0;
        server.Says = prompt => Answer(Titles(prompt).Select(_ => new[]
        {
            $"wall light {Interlocked.Increment(ref asked)}", "wall light", dev.ToUpperInvariant() + "!", string.Join(' ', dev.Split(' ').Reverse()), "...", "a lamp for somebody who likes to read in bed at night",
        }));
        Run(Stage(server));
        Assert.Equal(12, Made().Length);
        Assert.DoesNotContain(Made(), query => QueryKey.Of(query.Text).Contains("nice0"));
        var dropped = Quality()["writtenQueriesDropped"]!.AsObject().ToDictionary(entry => entry.Key, entry => (int)entry.Value!);
        Assert.Equal(["empty", "leaked", "nearly-leaked", "repeated", "too-long"], dropped.Keys);
        Assert.All(dropped.Values, count => Assert.InRange(count, 8, 12));
    }

    public static TheoryData<string> Kinds => ["429", "500", "drop", "half", "html", "prose", "too few", "numbers"];

    static Mishap Mishap(string kind) => kind switch
    {
        "429" => new(429, "slow down", [("Retry-After", "7")]),
        "500" => new(500, "oops"),
        "drop" => new(Drop: true),
        "half" => new(Body: "{\"choices\":[", Drop: true),
        "html" => new(200, "<html>gateway</html>"),
        _ => new(200, new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = kind switch { "prose" => "I cannot do that.", "too few" => "{\"queries\":[[\"one\"]]}", _ => "{\"queries\":[[1],[2],[3],[4]]}" } } }) }.ToJsonString()),
    };

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_second_request_may_fail_and_nothing_changes(string kind)
    {
        await using StandIn server = await StandIn.Start();
        server.Says = Written;
        Run(Stage(server));
        string undisturbed = File.ReadAllText(Path.Combine(shop.Workspace.Pairs, PairStore.Queries));
        Directory.Delete(shop.Workspace.Answers, recursive: true);
        int first = server.Requests;
        server.Mishaps = number => (number - first) % 2 == 0 ? Mishap(kind) : null;
        Run(Stage(server, new PaceOptions(1, 4, Attempts: 8, TimeoutSeconds: LampShop.Limit)));
        Assert.Equal(undisturbed, File.ReadAllText(Path.Combine(shop.Workspace.Pairs, PairStore.Queries)));
    }

    [Fact]
    public async Task A_product_about_which_the_model_writes_nothing_readable_spoils_no_other()
    {
        await using StandIn server = await StandIn.Start();
        server.Says = prompt => Titles(prompt).Any(title => title.StartsWith("red lamp", StringComparison.Ordinal)) ? "I would rather not." : Written(prompt);
        Run(Stage(server) with { WrittenShare = 1, NewQueries = 30 });
        Assert.Equal(22, Made().Length); // of eleven products
        Assert.Equal(8, Made(QuerySources.Product).Length); // what is missing is written here
        int requests = server.Requests;
        Run(Stage(server) with { WrittenShare = 1, NewQueries = 30 });
        Assert.Equal(requests, server.Requests); // that it had nothing to say is remembered too
    }

    [Fact]
    public async Task A_model_that_writes_nothing_readable_fails_the_stage()
    {
        await using StandIn server = await StandIn.Start();
        server.Says = _ => "I would rather not.";
        Assert.Contains("wrote nothing that can be read for any of 6 products", Assert.Throws<StageFailedException>(() => Run(Stage(server))).Message);
        Assert.Equal(shop.Pairs, PairStore.Read(shop.Workspace.Pairs)); // as they were
    }

    [Fact]
    public async Task After_giving_up_a_second_run_asks_the_rest_alone()
    {
        await using StandIn server = await StandIn.Start();
        server.Says = Written;
        GenerateStage stage = Stage(server, new PaceOptions(1, 1, Attempts: 3, TimeoutSeconds: LampShop.Limit));
        server.Mishaps = number => number < 4 ? null : new Mishap(500, "down");
        Assert.Contains("500 down (3 times); what was answered is kept", Assert.Throws<StageFailedException>(() => Run(stage)).Message);
        server.Mishaps = _ => null;
        int before = server.Requests;
        Run(stage);
        Assert.Equal(2, server.Requests - before); // six products, four were answered
        string queries = File.ReadAllText(Path.Combine(shop.Workspace.Pairs, PairStore.Queries));
        Run(stage);
        Assert.Equal(2, server.Requests - before);
        Assert.Equal(queries, File.ReadAllText(Path.Combine(shop.Workspace.Pairs, PairStore.Queries)));
    }

    [Fact]
    public async Task A_budget_of_nothing_tells_the_estimate_and_asks_nothing()
    {
        await using StandIn server = await StandIn.Start();
        GenerateStage stage = Stage(server);
        stage = stage with { Writer = stage.Writer! with { Price = new PriceOptions(Input: 1, TokenBudget: 0) } };
        Assert.Contains("6 questions to ask: about 2 requests", Assert.Throws<InputException>(() => Run(stage)).Message);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task Stopping_keeps_what_was_under_way()
    {
        await using StandIn server = await StandIn.Start();
        server.Says = Written;
        using var stop = new CancellationTokenSource();
        server.Came = number =>
        {
            if (number == 2) stop.Cancel();
        };
        GenerateStage stage = Stage(server, new PaceOptions(1, 1, Attempts: 3, TimeoutSeconds: LampShop.Limit));
        Assert.ThrowsAny<OperationCanceledException>(() => Run(stage, stop.Token));
        server.Came = _ => { };
        Run(stage);
        Assert.Equal(6, server.Requests);
    }

    [Fact]
    public void An_address_with_a_key_in_it_is_refused_before_the_options_are_written_down()
    {
        var stage = new GenerateStage(NewQueries: 5, WrittenShare: 1, Writer: new QueryEndpoint("https://x.example/v1?api_key=secret"));
        var error = Assert.Throws<InputException>(() => stage.Inputs(shop.Workspace));
        Assert.Equal("generate.writer.url", error.Faults[0].Where);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Throws<InputException>(() => Run(new GenerateStage(NewQueries: 5, WrittenShare: 1)));
        Assert.Throws<InputException>(() => Run(new GenerateStage(NewQueries: 5, Writer: new QueryEndpoint("http://localhost:1"))));
    }
}
