using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public class TeiRerankTests
{
    [Fact]
    public async Task Answer_is_a_bare_list_with_the_best_first()
    {
        await using TestServer server = await TestServer.Start((_, _) => [-1, 2, 0.5f]);
        string answer = await server.PostText("/rerank", """{"query":"drill","texts":["a","b","c"],"raw_scores":true,"truncate":true,"truncation_direction":"Right"}""");
        Assert.Equal("""[{"index":1,"score":2.0},{"index":2,"score":0.5},{"index":0,"score":-1.0}]""", answer);
    }

    [Fact]
    public async Task Scores_are_probabilities_unless_raw_ones_are_asked_for()
    {
        await using TestServer server = await TestServer.Start((_, _) => [0, MathF.Log(3)]);
        JsonElement answer = await server.PostJson("/rerank", """{"query":"drill","texts":["a","b"]}""");
        Assert.Equal(0.75, answer[0].GetProperty("score").GetDouble(), 6);
        Assert.Equal("0.5", answer[1].GetProperty("score").GetRawText());
    }

    [Fact]
    public async Task Texts_come_back_where_asked_for()
    {
        await using TestServer server = await TestServer.Start((_, _) => [1, 2]);
        string answer = await server.PostText("/rerank", """{"query":"q","texts":["ein Bär","<b>"],"return_text":true,"raw_scores":true}""");
        JsonElement ranks = TestServer.Json(answer);
        Assert.Equal("<b>", ranks[0].GetProperty("text").GetString());
        Assert.Equal("ein Bär", ranks[1].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Equal_scores_keep_the_order_given()
    {
        await using TestServer server = await TestServer.Start((_, texts) => [.. texts.Select(text => text == "best" ? 1f : 0f)]);
        JsonElement answer = await server.PostJson("/rerank", """{"query":"q","texts":["a","b","best","c","d"]}""");
        Assert.Equal([2, 0, 1, 3, 4], answer.EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32()));
    }

    [Fact]
    public async Task Large_logits_keep_their_order_and_are_floats()
    {
        await using TestServer server = await TestServer.Start((_, _) => [50, -200, 60, 1e30f, -1e30f]);
        JsonElement answer = await server.PostJson("/rerank", """{"query":"q","texts":["a","b","c","d","e"]}""");
        Assert.Equal([3, 2, 0, 1, 4], answer.EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32()));
        Assert.All(answer.EnumerateArray(), rank => Assert.Matches(@"^[0-9.]+(E-[0-9]+)?$", rank.GetProperty("score").GetRawText()));
        Assert.Equal("1.0", answer[0].GetProperty("score").GetRawText());
        Assert.Equal("0.0", answer[4].GetProperty("score").GetRawText());
    }

    [Fact]
    public async Task Many_texts_are_scored_as_if_one_by_one()
    {
        List<int> batches = [];
        await using TestServer server = await TestServer.Start((_, texts) =>
        {
            batches.Add(texts.Count);
            return [.. texts.Select(float.Parse)];
        });
        string texts = string.Join(',', Enumerable.Range(0, 1000).Select(number => $"\"{number}\""));
        JsonElement answer = await server.PostJson("/rerank", $$"""{"query":"q","texts":[{{texts}}],"raw_scores":true}""");
        Assert.Equal(Enumerable.Range(0, 1000).Reverse(), answer.EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32()));
        Assert.Equal(1000, batches.Sum());
        Assert.True(batches.Count > 1);
    }

    [Theory]
    [InlineData("""{"query":"q","texts":[]}""", 400, "Empty", "texts: must not be empty")]
    [InlineData("""{"query":"q"}""", 422, "Validation", "texts: missing")]
    [InlineData("""{"texts":["a"]}""", 422, "Validation", "query: missing")]
    [InlineData("""{"query":null,"texts":["a"]}""", 422, "Validation", "query: missing")]
    [InlineData("""{"query":" \t","texts":["a"]}""", 422, "Validation", "query: must not be empty")]
    [InlineData("""{"query":5,"texts":"a"}""", 422, "Validation", "query: expected a string, got a number; texts: expected a list, got a string")]
    [InlineData("""{"query":"q","texts":["a",null,{"text":"b"}]}""", 422, "Validation", "texts[1]: expected a string, got null; texts[2]: expected a string, got an object")]
    [InlineData("""{"query":"q","texts":["a"],"raw_scores":"yes"}""", 422, "Validation", "raw_scores: expected true or false, got a string")]
    [InlineData("""{"query":"q","texts":["a","b","c","d"]}""", 422, "Validation", "texts: 4 are too many; at most 3 a request")]
    [InlineData("""["q"]""", 400, "Validation", "expected a JSON object, got a list")]
    [InlineData("{\"query\":\n\"q\",}", 400, "Validation", "the body is not JSON: line 2, byte 5")]
    [InlineData("", 400, "Validation", "the body is not JSON: line 1, byte 1")]
    [InlineData("""{"query":"\ud83d","texts":["a"]}""", 400, "Validation", "a string of the body is not valid Unicode")]
    public async Task Faults_are_told_in_the_shape_of_the_interface(string body, int status, string type, string message)
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(MaxDocuments: 3));
        JsonElement error = await server.PostJson("/rerank", body, status);
        Assert.Equal(["error", "error_type"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal(type, error.GetProperty("error_type").GetString());
        Assert.Equal(message, error.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Broken_scores_are_the_servers_fault_and_never_sent(float score)
    {
        await using TestServer server = await TestServer.Start((_, _) => [1, score]);
        JsonElement error = await server.PostJson("/rerank", """{"query":"q","texts":["a","b"]}""", 424);
        Assert.Equal("Backend", error.GetProperty("error_type").GetString());
    }

    [Fact]
    public async Task Failure_inside_tells_nothing_of_the_inside_and_the_server_goes_on()
    {
        bool fail = true;
        await using TestServer server = await TestServer.Start((query, texts) => fail ? throw new IOException("/home/someone/model is broken") : TestServer.ByLength(query, texts));
        string error = await server.PostText("/rerank", """{"query":"q","texts":["a"]}""", 424);
        Assert.Equal("""{"error":"scoring failed; the server\u0027s log says why","error_type":"Backend"}""", error);
        fail = false;
        await server.PostText("/rerank", """{"query":"q","texts":["a"]}""");
    }
}
