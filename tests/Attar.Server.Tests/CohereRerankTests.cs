using System.Text.Json;

namespace Attar.Server.Tests;

public class CohereRerankTests
{
    [Fact]
    public async Task Answer_has_every_field_of_the_interface()
    {
        await using TestServer server = await TestServer.Start((_, _) => [0, 100, -1]);
        JsonElement answer = await server.PostJson("/v2/rerank", """{"model":"rerank-v3.5","query":"drill","documents":["a","b","c"],"max_tokens_per_doc":4096,"return_documents":true}""");
        Assert.Equal(["results", "id", "meta"], answer.EnumerateObject().Select(field => field.Name));
        JsonElement results = answer.GetProperty("results");
        Assert.Equal("""{"index":1,"relevance_score":1.0}""", results[0].GetRawText());
        Assert.Equal("""{"index":0,"relevance_score":0.5}""", results[1].GetRawText());
        Assert.Equal(2, results[2].GetProperty("index").GetInt32());
        Assert.Equal(3, results.GetArrayLength());
        Assert.True(Guid.TryParse(answer.GetProperty("id").GetString(), out _)); // the request's id
        Assert.Equal(
            """{"api_version":{"version":"2","is_experimental":false},"billed_units":{"search_units":1}}""",
            answer.GetProperty("meta").GetRawText());
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData(""","top_n":0""", 5)]
    [InlineData(""","top_n":null""", 5)]
    [InlineData(""","top_n":2""", 2)]
    [InlineData(""","top_n":99""", 5)]
    public async Task Every_document_returns_unless_top_n_says_less(string topN, int expected)
    {
        await using TestServer server = await TestServer.Start();
        JsonElement answer = await server.PostJson("/v2/rerank", $$"""{"query":"q","documents":["a","b","c","d","e"]{{topN}}}""");
        Assert.Equal(expected, answer.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Faults_are_told_in_the_shape_of_the_interface()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement error = await server.PostJson("/v2/rerank", """{"documents":["a"],"top_n":-1}""", 400);
        Assert.Equal(["id", "message"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal("query: missing; top_n: expected a whole number of 0 or more", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Ids_and_metadata_pass_through()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement answer = await server.PostJson("/v2/rerank", """{"query":"q","documents":[{"id":"x","text":"a","metadata":{"price":[1]}},{"id":7,"text":"bb"},"ccc"]}""");
        Assert.Equal(
            ["""{"index":2,"relevance_score":""", """{"index":1,"relevance_score":""", """{"index":0,"relevance_score":"""],
            answer.GetProperty("results").EnumerateArray().Select(result => result.GetRawText()[.."{\"index\":0,\"relevance_score\":".Length]));
        Assert.Equal("x", answer.GetProperty("results")[2].GetProperty("id").GetString());
        Assert.Equal("""{"price":[1]}""", answer.GetProperty("results")[2].GetProperty("metadata").GetRawText());
        Assert.Equal(7, answer.GetProperty("results")[1].GetProperty("id").GetInt32());
        Assert.False(answer.GetProperty("results")[0].TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Failure_inside_is_a_500()
    {
        await using TestServer server = await TestServer.Start((_, _) => throw new IOException("/home/someone"));
        JsonElement error = await server.PostJson("/v2/rerank", """{"query":"q","documents":["a"]}""", 500);
        Assert.Equal("scoring failed; the server's log says why", error.GetProperty("message").GetString());
    }
}
