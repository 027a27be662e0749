using System.Net;
using System.Text.Json;
using Attar.Server.Documents;

namespace Attar.Server.Tests;

public class SearchTests
{
    static readonly Storefront Drills = Shop.Of(
        new("p1", "red drill", "Nordvik", "drills"),
        new("p2", "blue drill"),
        new("p3", "green drill"),
        new("p4", "ladder"));

    static Task<TestServer> Start(TextScores? student = null) => TestServer.Start(
        null,
        Drills,
        TestServer.Model("student", student ?? ((_, documents) => [.. documents.Select(document => (float)document.Split('[')[0].Length)])),
        TestServer.Model("teacher", (_, documents) => [.. documents.Select(_ => 1f)]));

    [Fact]
    public async Task Every_system_ranks_the_same_candidates()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.GetJson("/search?q=drill");
        Assert.Equal("drill", answer.GetProperty("query").GetString());
        Assert.Equal(3, answer.GetProperty("candidates").GetInt32());
        JsonElement[] systems = [.. answer.GetProperty("systems").EnumerateArray()];
        Assert.Equal(["bm25", "student", "teacher"], systems.Select(system => system.GetProperty("name").GetString()));
        Assert.Equal(["p1", "p2", "p3"], Ids(systems[0]));
        Assert.Equal(["p3", "p2", "p1"], Ids(systems[1]));
        Assert.Equal(["p1", "p2", "p3"], Ids(systems[2])); // equal scores keep the first stage's order
        Assert.Equal(
            """{"rank":3,"id":"p1","title":"red drill","brand":"Nordvik","category":"drills","score":9.0,"ranks":[1,3,1]}""",
            systems[1].GetProperty("results")[2].GetRawText());
        Assert.Equal(9, systems[1].GetProperty("lowest").GetDouble());
        Assert.Equal(11, systems[1].GetProperty("highest").GetDouble());
        Assert.All(systems, system => Assert.True(system.GetProperty("ms").GetDouble() >= 0));
    }

    [Fact]
    public async Task Size_cuts_what_is_shown_and_candidates_what_is_reranked()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.GetJson("/search?q=drill&size=1&candidates=2");
        Assert.Equal(2, answer.GetProperty("candidates").GetInt32());
        Assert.All(answer.GetProperty("systems").EnumerateArray(), system => Assert.Single(Ids(system)));
        Assert.Equal(["p2"], Ids(answer.GetProperty("systems")[1]));
    }

    [Fact]
    public async Task Systems_chooses_who_ranks()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.GetJson("/search?q=drill&systems=student,bm25,student");
        Assert.Equal(["bm25", "student"], answer.GetProperty("systems").EnumerateArray().Select(system => system.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task The_models_read_a_products_fields_with_their_markers()
    {
        string[] read = [];
        await using TestServer server = await Start((_, documents) =>
        {
            read = [.. documents];
            return new float[documents.Count];
        });
        await server.GetJson("/search?q=red&systems=student");
        Assert.Equal(["red drill[brand]Nordvik[category]drills"], read);
    }

    [Fact]
    public async Task Nothing_found_is_an_answer()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.GetJson("/search?q=piano");
        Assert.Equal(0, answer.GetProperty("candidates").GetInt32());
        Assert.All(answer.GetProperty("systems").EnumerateArray(), system => Assert.Empty(Ids(system)));
    }

    [Theory]
    [InlineData("/search", "q: type what to search for")]
    [InlineData("/search?q=%20", "q: type what to search for")]
    [InlineData("/search?q=a&size=0", "size: expected a whole number from 1 to 1000")]
    [InlineData("/search?q=a&size=x", "size: expected a whole number from 1 to 1000")]
    [InlineData("/search?q=a&candidates=1001", "candidates: expected a whole number from 1 to 1000")]
    [InlineData("/search?q=a&systems=nobody", "systems: expected some of student, teacher, separated by commas")]
    [InlineData("/search?q=a&candidates=-5", "candidates: expected a whole number from 1 to 1000")]
    public async Task Wrong_parameters_are_problem_documents(string path, string detail)
    {
        await using TestServer server = await Start();
        JsonElement problem = await server.GetJson(path, 400);
        Assert.Equal("Bad request", problem.GetProperty("title").GetString());
        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Too_long_a_query_is_refused()
    {
        await using TestServer server = await Start();
        await server.GetJson("/search?q=" + new string('a', 500));
        await server.GetJson("/search?q=" + new string('a', 501), 400);
    }

    [Fact]
    public async Task A_broken_ranker_is_a_problem_without_details()
    {
        await using TestServer server = await Start((_, documents) => [.. documents.Select(_ => float.NaN)]);
        JsonElement problem = await server.GetJson("/search?q=drill", 500);
        Assert.Equal("scoring failed; the server's log says why", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_catalogue_tells_what_the_page_shows_first()
    {
        await using TestServer server = await Start();
        using HttpResponseMessage response = await server.Client.GetAsync("/catalogue");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement answer = TestServer.Json(await response.Content.ReadAsStringAsync());
        Assert.Equal(4, answer.GetProperty("products").GetInt32());
        Assert.Equal(["bm25", "student", "teacher"], answer.GetProperty("systems").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["drill", "<b>ladder</b>"], answer.GetProperty("examples").EnumerateArray().Select(query => query.GetString()));
    }

    static IEnumerable<string?> Ids(JsonElement system) =>
        system.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString());
}
