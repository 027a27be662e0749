using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>The answer that old Cohere clients and those of Jina, vLLM, llama.cpp and infinity share.</summary>
public class OpenRerankTests
{
    [Theory]
    [InlineData("/v1/rerank")]
    [InlineData("/v1/reranking")]
    [InlineData("/reranking")]
    [InlineData("/rerank")]
    public async Task Answer_has_every_field_of_each_interface(string path)
    {
        await using TestServer server = await TestServer.Start((_, _) => [0, 100, -1], new ServerOptions(Model: "mine"));
        JsonElement answer = await server.PostJson(path, """{"model":"any","query":"drill","documents":["a","b","c"],"top_n":2}""");
        Assert.Equal(["id", "object", "created", "model", "usage", "results", "meta"], answer.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""[{"index":1,"relevance_score":1.0},{"index":0,"relevance_score":0.5}]""", answer.GetProperty("results").GetRawText());
        Assert.Equal("mine", answer.GetProperty("model").GetString());
        Assert.Equal("list", answer.GetProperty("object").GetString());
        int tokens = 3 * (1 + "drill".Length + 1 + 1 + 1); // [CLS] query [SEP] document [SEP]
        Assert.Equal($$"""{"prompt_tokens":{{tokens}},"total_tokens":{{tokens}}}""", answer.GetProperty("usage").GetRawText());
        Assert.Equal(
            """{"api_version":{"version":"1","is_experimental":false},"billed_units":{"search_units":1}}""",
            answer.GetProperty("meta").GetRawText());
    }

    [Fact]
    public async Task Documents_come_back_as_they_were_sent_and_texts_as_objects()
    {
        await using TestServer server = await TestServer.Start((_, _) => [3, 2, 1]);
        JsonElement answer = await server.PostJson("/v1/rerank", """{"model":"any","query":"q","documents":[{"text":"a","sku":7},"b",{"text":"c"}],"return_documents":true}""");
        Assert.Equal(
            ["""{"text":"a","sku":7}""", """{"text":"b"}""", """{"text":"c"}"""],
            answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("document").GetRawText()));
    }

    [Fact]
    public async Task Infinitys_clients_get_documents_as_plain_strings_and_raw_scores_where_asked_for()
    {
        await using TestServer server = await TestServer.Start((_, _) => [3, 2]);
        JsonElement answer = await server.PostJson("/rerank", """{"model":"any","query":"q","documents":["a","b"],"return_documents":true,"raw_scores":true,"top_n":null}""");
        Assert.Equal("rerank", answer.GetProperty("object").GetString());
        Assert.Equal("""[{"index":0,"relevance_score":3.0,"document":"a"},{"index":1,"relevance_score":2.0,"document":"b"}]""", answer.GetProperty("results").GetRawText());
    }

    [Fact]
    public async Task Documents_stay_away_unless_asked_for()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement answer = await server.PostJson("/v1/rerank", """{"query":"q","documents":["a"]}""");
        Assert.Equal(["index", "relevance_score"], answer.GetProperty("results")[0].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task Rank_fields_choose_what_the_model_reads()
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

    [Fact]
    public async Task An_id_may_be_a_number_and_stand_twice_and_comes_back_as_it_was()
    {
        await using TestServer server = await TestServer.Start(storefront: Shop.Of(new Attar.Data.Product("100001", "a lamp")));
        JsonElement answer = await server.PostJson("/v1/rerank", """{"query":"q","documents":[{"id":100001},{"id":100001,"title":"oak"},{"id":1e400,"text":"x"}]}""");
        Assert.Equal(["100001", "100001", "1e400"], answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetRawText()));
    }

    [Fact]
    public async Task Products_are_read_by_their_fields_or_from_the_catalogue_by_their_id()
    {
        string[] read = [];
        await using TestServer server = await TestServer.Start(
            (query, documents) =>
            {
                read = [.. documents];
                return TestServer.ByLength(query, documents);
            },
            storefront: Shop.Of(new("p1", "red drill", "Nordvik"), new("p2", "ladder")));
        JsonElement answer = await server.PostJson("/v1/rerank", """{"query":"q","documents":[{"id":"p2"},{"title":"saw","brand":"Ek"},{"id":"p1"}]}""");
        Assert.Equal(["ladder", "saw[brand]Ek", "red drill[brand]Nordvik"], read);
        Assert.Equal("p1", answer.GetProperty("results")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task At_rerank_the_body_says_whose_errors_are_meant()
    {
        await using TestServer server = await TestServer.Start();
        JsonElement open = await server.PostJson("/rerank", """{"documents":["a"]}""", 400);
        Assert.Equal("query: missing", open.GetProperty("error").GetProperty("message").GetString());
        JsonElement tei = await server.PostJson("/rerank", """{"texts":["a"]}""", 422);
        Assert.Equal("query: missing", tei.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_model_is_chosen_by_name_and_an_unknown_name_means_the_usual_one()
    {
        await using TestServer server = await TestServer.Start(null, null, TestServer.Model("student", (_, _) => [1, 0]), TestServer.Model("teacher", (_, _) => [0, 1]));
        foreach ((string asked, string answers, int first) in ((string, string, int)[])[("teacher", "teacher", 1), ("student", "student", 0), ("rerank-v3.5", "student", 0)])
        {
            JsonElement answer = await server.PostJson("/v1/rerank", $$"""{"model":"{{asked}}","query":"q","documents":["a","b"]}""");
            Assert.Equal(answers, answer.GetProperty("model").GetString());
            Assert.Equal(first, answer.GetProperty("results")[0].GetProperty("index").GetInt32());
        }
        JsonElement[] models = [.. (await server.GetJson("/v1/models")).GetProperty("data").EnumerateArray()];
        Assert.Equal(["student", "teacher"], models.Select(model => model.GetProperty("id").GetString()));
        Assert.All(models, model => Assert.Equal(["id", "object", "created", "owned_by"], model.EnumerateObject().Select(field => field.Name)));
        Assert.All(models, model => Assert.InRange(model.GetProperty("created").GetInt64(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1000, DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("""{"query":"q","documents":[]}""", "documents: must not be empty")]
    [InlineData("""{"query":"q","documents":[{"id":"nowhere"}]}""", "documents: none has text; expected objects with text, a product's fields (title, brand, ...), or the id of a product of the catalogue")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":-1}""", "top_n: expected a whole number of 0 or more")]
    [InlineData("""{"query":"q","documents":["a"],"top_n":1.5}""", "top_n: expected a whole number of 0 or more")]
    [InlineData("""{"query":"q","documents":["a"],"rank_fields":[1]}""", "rank_fields[0]: expected a string, got a number")]
    [InlineData("""{"query":"q","documents":[1,2,3,4,5]}""", "documents[0]: expected a string or an object, got a number; documents[1]: expected a string or an object, got a number; documents[2]: expected a string or an object, got a number; documents: 2 more like these")]
    [InlineData("{}", "query: missing; documents: missing")]
    [InlineData("nonsense", "the body is not JSON: line 1, byte 2")]
    public async Task Faults_are_told_in_the_shape_of_the_interface(string body, string message)
    {
        await using TestServer server = await TestServer.Start();
        foreach (string path in (string[])["/v1/rerank", "/v1/reranking", "/reranking"])
        {
            JsonElement error = await server.PostJson(path, body, 400);
            Assert.Equal(["id", "message", "detail", "error"], error.EnumerateObject().Select(field => field.Name));
            Assert.Equal(message, error.GetProperty("message").GetString());
            Assert.Equal(message, error.GetProperty("detail").GetString());
            Assert.Equal(["message", "type", "code"], error.GetProperty("error").EnumerateObject().Select(field => field.Name));
            Assert.Equal(message, error.GetProperty("error").GetProperty("message").GetString());
            Assert.Equal(400, error.GetProperty("error").GetProperty("code").GetInt32());
        }
    }
}
