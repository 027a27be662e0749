using System.Text.Json;

namespace Attar.Server.Tests;

public class CohereRerankTests
{
    [Fact]
    public async Task Version_2_answers_field_by_field()
    {
        await using TestServer server = await TestServer.Start((_, _) => [0, 100, -1]);
        JsonElement answer = await server.PostJson("/v2/rerank", """{"model":"rerank-v3.5","query":"drill","documents":["a","b","c"],"max_tokens_per_doc":4096,"return_documents":true}""");
        Assert.Equal(["results", "id", "meta"], answer.EnumerateObject().Select(field => field.Name));
        JsonElement results = answer.GetProperty("results");
        Assert.Equal("""{"index":1,"relevance_score":1.0}""", results[0].GetRawText());
        Assert.Equal("""{"index":0,"relevance_score":0.5}""", results[1].GetRawText());
        Assert.Equal(2, results[2].GetProperty("index").GetInt32());
        Assert.Equal(3, results.GetArrayLength());
        Assert.True(Guid.TryParse(answer.GetProperty("id").GetString(), out _));
        Assert.Equal(
            """{"api_version":{"version":"2","is_experimental":false},"billed_units":{"search_units":1}}""",
            answer.GetProperty("meta").GetRawText());
    }

    [Fact]
    public async Task Version_1_returns_documents_as_they_were_sent_and_names_the_model()
    {
        await using TestServer server = await TestServer.Start((_, _) => [3, 2, 1], new ServerOptions(Model: "mine"));
        JsonElement answer = await server.PostJson("/v1/rerank", """{"model":"any","query":"q","documents":[{"text":"a","sku":7},"b",{"text":"c"}],"return_documents":true}""");
        Assert.Equal(["results", "id", "model", "meta"], answer.EnumerateObject().Select(field => field.Name));
        Assert.Equal("mine", answer.GetProperty("model").GetString());
        Assert.Equal(
            ["""{"text":"a","sku":7}""", """{"text":"b"}""", """{"text":"c"}"""],
            answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("document").GetRawText()));
    }

    [Fact]
    public async Task Documents_stay_away_unless_asked_for()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement answer = await server.PostJson("/v1/rerank", """{"query":"q","documents":["a"]}""");
        Assert.Equal(["index", "relevance_score"], answer.GetProperty("results")[0].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task Rank_fields_choose_what_the_student_reads()
    {
        string[] read = [];
        await using TestServer server = await TestServer.Start((query, documents) =>
        {
            read = [.. documents];
            return TestServer.ByLength(query, documents);
        });
        await server.PostText("/v1/rerank", """{"query":"q","documents":["plain",{"title":"Drill","volts":18,"text":"unread"},{"volts":null,"title":"Saw"}],"rank_fields":["title","volts"]}""");
        Assert.Equal(["plain", "Drill\n18", "Saw"], read);
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

    [Theory]
    [InlineData("""{"query":"q","documents":[]}""", "documents: must not be empty")]
    [InlineData("""{"query":"q","documents":[{"title":"a"}]}""", "documents[0]: expected a string or an object with text, got an object")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":-1}""", "top_n: expected a whole number of 0 or more")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":1.5}""", "top_n: expected a whole number of 0 or more")]
    [InlineData("""{"query":"q","documents":["a"],"rank_fields":[1]}""", "rank_fields[0]: expected a string, got a number")]
    [InlineData("""{"query":"q","documents":[1,2,3,4,5]}""", "documents[0]: expected a string or an object with text, got a number; documents[1]: expected a string or an object with text, got a number; documents[2]: expected a string or an object with text, got a number; documents: 2 more like these")]
    [InlineData("{}", "query: missing; documents: missing")]
    [InlineData("nonsense", "the body is not JSON: line 1, byte 2")]
    public async Task Faults_are_told_in_the_shape_of_the_interface(string body, string message)
    {
        await using TestServer server = await TestServer.Start();
        foreach (string path in (string[])["/v1/rerank", "/v2/rerank"])
        {
            JsonElement error = await server.PostJson(path, body, 400);
            Assert.Equal(["id", "message"], error.EnumerateObject().Select(field => field.Name));
            Assert.Equal(message, error.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task Failure_inside_is_a_500()
    {
        await using TestServer server = await TestServer.Start((_, _) => throw new IOException("/home/someone"));
        JsonElement error = await server.PostJson("/v2/rerank", """{"query":"q","documents":["a"]}""", 500);
        Assert.Equal("scoring failed; the server's log says why", error.GetProperty("message").GetString());
    }
}
