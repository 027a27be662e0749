using System.Text.Json;

namespace Attar.Server.Tests;

public class VllmTests
{
    [Theory]
    [InlineData("/score", """{"model":"m","text_1":"q","text_2":["a","bbb"]}""")]
    [InlineData("/v1/score", """{"queries":["q"],"documents":["a","bbb"]}""")]
    [InlineData("/score", """{"text_1":["q","q"],"text_2":["a","bbb"]}""")]
    public async Task Scores_stand_in_the_order_given(string path, string body)
    {
        await using TestServer server = await TestServer.Start((_, documents) => [.. documents.Select(document => document.Length == 1 ? 0f : 100f)]);
        JsonElement answer = await server.PostJson(path, body);
        Assert.Equal(["id", "object", "created", "model", "data", "usage"], answer.EnumerateObject().Select(field => field.Name));
        Assert.StartsWith("score-", answer.GetProperty("id").GetString());
        Assert.Equal("list", answer.GetProperty("object").GetString());
        Assert.Equal("""[{"index":0,"object":"score","score":0.5},{"index":1,"object":"score","score":1.0}]""", answer.GetProperty("data").GetRawText());
        Assert.Equal("""{"prompt_tokens":12,"total_tokens":12}""", answer.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task Lists_are_scored_pair_by_pair()
    {
        await using TestServer server = await TestServer.Start((query, documents) => [.. documents.Select(document => document.StartsWith(query) ? 100f : -1000f)]);
        JsonElement answer = await server.PostJson("/score", """{"text_1":["a","b","a"],"text_2":["ab","ab","ac"]}""");
        Assert.Equal(["1.0", "0.0", "1.0"], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("score").GetRawText()));
    }

    [Fact]
    public async Task Lists_of_different_lengths_are_told_in_the_shape_of_the_interface()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement error = await server.PostJson("/score", """{"text_1":["a","b"],"text_2":["c"]}""", 400);
        Assert.Equal(
            """{"error":{"message":"text_1: 2 texts; expected one, or as many as the 1 of text_2","type":"BadRequestError","code":400}}""",
            error.GetRawText());
    }

    [Fact]
    public async Task Classes_are_the_teachers_distribution_over_grades()
    {
        // softmax of log 1, log 2, log 5
        await using TestServer server = await TestServer.Start(null, null, TestServer.Model("student", (_, documents) => [.. documents.SelectMany(_ => (float[])[0, MathF.Log(2), MathF.Log(5)])], [0, .5, 1]));
        foreach (string body in (string[])["""{"input":[["q","a"],["p","b"]]}""", """{"query":"q","input":["a","b"]}"""])
        {
            JsonElement answer = await server.PostJson("/classify", body);
            Assert.Equal(["id", "object", "created", "model", "data", "usage"], answer.EnumerateObject().Select(field => field.Name));
            Assert.Equal(2, answer.GetProperty("data").GetArrayLength());
            JsonElement first = answer.GetProperty("data")[0];
            Assert.Equal(["index", "label", "probs", "num_classes"], first.EnumerateObject().Select(field => field.Name));
            Assert.Equal("LABEL_2", first.GetProperty("label").GetString());
            Assert.Equal(3, first.GetProperty("num_classes").GetInt32());
            Assert.Equal([.125, .25, .625], first.GetProperty("probs").EnumerateArray().Select(p => Math.Round(p.GetDouble(), 6)));
        }
    }

    [Fact]
    public async Task A_text_without_a_query_cannot_be_classified()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement error = await server.PostJson("/classify", """{"input":["alone"]}""", 400);
        Assert.Equal("input[0]: expected a pair [query, document] of strings, got a string", error.GetProperty("error").GetProperty("message").GetString());
        error = await server.PostJson("/classify", """{"input":"alone"}""", 400);
        Assert.Equal("query: missing", error.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_model_with_grades_ranks_by_the_logit_of_its_expected_gain()
    {
        await using TestServer server = await TestServer.Start(null, null, TestServer.Model("student", (_, _) => [0, 0, 0, MathF.Log(3)], [0, 1]));
        string answer = await server.PostText("/rerank", """{"query":"q","texts":["a","b"]}""");
        JsonElement ranks = TestServer.Json(answer);
        Assert.Equal(1, ranks[0].GetProperty("index").GetInt32());
        Assert.Equal(.75, ranks[0].GetProperty("score").GetDouble(), 6);
        Assert.Equal(.5, ranks[1].GetProperty("score").GetDouble(), 6);
    }
}
