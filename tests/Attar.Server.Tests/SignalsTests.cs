using System.Text.Json;
using Attar.Data;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>What the shop knows of its products beside their texts counts in a system of its own, until the settings let it serve.</summary>
public class SignalsTests
{
    const string Usual = "score + 5 * (popularity ?? 0) - 100 * (1 - min(stock ?? 1, 1))";

    static readonly Product[] shop =
    [
        new("p1", "drill a", Kept: "stock=0; popularity=9"), // the best text, sold out
        new("p2", "drill b", Kept: "stock=3; popularity=1"),
        new("p3", "drill c"),
    ];

    static Source<IScoringModel> Student(string name = "student") => TestServer.Model(name, (_, documents) => [.. documents.Select(document => document[^1] switch { 'a' => 3f, 'b' => 1, _ => 2 })]);

    static Task<TestServer> Start(ServerOptions? options = null, params Product[] products) =>
        TestServer.Start((options ?? new ServerOptions()) with { Signals = options?.Signals is { Length: > 0 } own ? own : Usual }, Shop.Of(products.Length == 0 ? shop : products), Student(), Student("other"));

    static string[] Ids(JsonElement system) => [.. system.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString()!)];

    [Fact]
    public async Task A_search_shows_the_formulas_order_beside_the_models()
    {
        await using TestServer server = await Start();
        JsonElement[] systems = [.. (await server.GetJson("/search?q=drill")).GetProperty("systems").EnumerateArray()];
        Assert.Equal(["bm25", "student", "other", "student+signals"], systems.Select(system => system.GetProperty("name").GetString()));
        Assert.Equal(["p1", "p3", "p2"], Ids(systems[1]));
        Assert.Equal(["p2", "p3", "p1"], Ids(systems[3])); // 1 + 5, 2, 3 + 45 - 100
        Assert.Equal([6, 2, -52], systems[3].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("score").GetDouble()));
        JsonElement asked = await server.GetJson("/search?q=drill&systems=other+signals,student%2Bsignals");
        Assert.Equal(["bm25", "other+signals", "student+signals"], asked.GetProperty("systems").EnumerateArray().Select(system => system.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_request_asks_for_it_by_name_and_gets_the_model_alone_otherwise()
    {
        await using TestServer server = await Start();
        await Ranks(server, null, "p1", "p3", "p2");
        await Ranks(server, "rerank-v3.5", "p1", "p3", "p2");
        await Ranks(server, "nobody+signals", "p1", "p3", "p2");
        await Ranks(server, "student+signals", "p2", "p3", "p1");
        await Ranks(server, "other+signals", "p2", "p3", "p1");
        Assert.Equal("student+signals", (await server.PostJson("/v1/rerank", """{"model":"student+signals","query":"q","documents":["a"]}""")).GetProperty("model").GetString());
        Assert.Contains("student+signals", (await server.GetJson("/v1/models")).GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Once_it_serves_it_is_what_requests_get_that_name_no_model()
    {
        await using TestServer server = await Start(new ServerOptions(SignalsServe: "yes"));
        await Ranks(server, null, "p2", "p3", "p1");
        await Ranks(server, "rerank-v3.5", "p2", "p3", "p1");
        await Ranks(server, "student", "p1", "p3", "p2");
    }

    [Fact]
    public async Task Documents_of_the_client_count_by_their_id_and_otherwise_as_unknown()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.PostJson("/v1/rerank", """{"model":"student+signals","query":"q","raw_scores":true,"documents":["text b",{"id":"p2","text":"own text a"},{"id":"px","text":"own text a"},{"id":"p1"},{"x":1}]}""");
        Assert.Equal([8, 3, 1, -52, -53], answer.GetProperty("results").EnumerateArray().Select(rank => rank.GetProperty("relevance_score").GetDouble())); // what cannot be read follows last
        Assert.Equal([1, 2, 0, 3, 4], answer.GetProperty("results").EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32()));
    }

    [Fact]
    public async Task A_lowest_score_is_held_against_the_models_own()
    {
        await using TestServer server = await Start();
        JsonElement system = (await server.GetJson("/search?q=drill&systems=student%2Bsignals&min_score=1.5")).GetProperty("systems")[1];
        Assert.Equal(["p3", "p1"], Ids(system)); // p2 is worth 6, but is no answer
    }

    [Fact]
    public async Task A_formula_that_comes_to_no_number_leaves_the_models_order()
    {
        await using TestServer server = await Start(new ServerOptions(Signals: "score / (popularity - 9) + stock"));
        JsonElement answer = await server.GetJson("/search?q=drill&systems=student%2Bsignals");
        Assert.Equal(["p1", "p2", "p3"], Ids(answer.GetProperty("systems")[1])); // 3 for / 0, 1 / -8 + 3, 2 for what is missing
    }

    [Fact]
    public async Task It_can_be_an_arm_of_an_experiment()
    {
        await using OnlineServer server = await OnlineServer.Start([OnlineServer.Experiment(control: "long", treatment: "long+signals")], options: new ServerOptions(Model: "long", Signals: "0 - score"));
        bool[] seen = new bool[2];
        for (int client = 0; !(seen[0] && seen[1]); client++)
        {
            (JsonElement answer, string[] ids) = await server.Search($"client-{client}");
            bool isNew = answer.GetProperty("experiment").GetProperty("arm").GetString() == "new";
            seen[isNew ? 1 : 0] = true;
            Assert.Equal(isNew ? "p0" : "p5", ids[0]);
        }
    }

    [Theory]
    [InlineData("score + margin", "no", "--signals: no product has 'margin'; kept are stock, popularity")]
    [InlineData("score +", "no", "--signals: ends too early; expected a number, a column, a function or '('")]
    public async Task A_formula_that_cannot_be_ends_the_start(string formula, string serve, string expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<InputException>(() => Start(new ServerOptions(Signals: formula, SignalsServe: serve)))).Message);

    [Fact]
    public async Task To_serve_signals_needs_a_formula() => Assert.StartsWith("--signals-serve: there is no formula",
        (await Assert.ThrowsAsync<InputException>(() => TestServer.Start(new ServerOptions(SignalsServe: "yes"), Shop.Of(shop), Student()))).Message);

    [Fact]
    public async Task A_new_catalogue_without_the_column_is_refused_and_one_with_other_values_counts()
    {
        Storefront now = Shop.Of(shop);
        await using TestServer server = await TestServer.StartWith(new ServerOptions(Signals: "score + 5 * (popularity ?? 0)", WatchSeconds: 0, LogLevel: "none"), () => now, null, [Student()]);
        now = Shop.Of(new Product("p1", "drill a"));
        await AttarServer.Reload(server.App);
        Assert.Equal(1, await server.Metric("attar_reloads{name=\"catalogue\",outcome=\"refused\"}"));
        now = Shop.Of(new Product("p1", "drill a", Kept: "popularity=0"), new Product("p3", "drill c", Kept: "popularity=7"));
        await AttarServer.Reload(server.App);
        JsonElement answer = await server.GetJson("/search?q=drill&systems=student%2Bsignals");
        Assert.Equal(["p3", "p1"], Ids(answer.GetProperty("systems")[1]));
    }

    static async Task Ranks(TestServer server, string? model, params string[] expected)
    {
        string named = model is null ? "" : $"\"model\":\"{model}\",";
        JsonElement answer = await server.PostJson("/v2/rerank", $$"""{{{named}}"query":"q","documents":[{"id":"p1"},{"id":"p2"},{"id":"p3"}]}""");
        Assert.Equal(expected, answer.GetProperty("results").EnumerateArray().Select(rank => rank.GetProperty("id").GetString()));
    }
}
