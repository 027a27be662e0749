using System.Text.Json;
using Attar.Server.Security;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>Bodies as the clients of Voyage, Mixedbread, Pinecone and NVIDIA's NIM send them, and answers as they read them.</summary>
public class MoreClientsTests
{
    static Task<TestServer> Start() => TestServer.Start((_, documents) => [.. documents.Select(document => document.Length - 2f)]);

    static string Fields(JsonElement answer) => string.Join(' ', answer.EnumerateObject().Select(field => field.Name));

    [Theory]
    [InlineData("""{"query":"q","documents":["a","ccc","bb"],"model":"rerank-2.5","top_k":2,"truncation":true}""")]
    [InlineData("""{"query":"q","documents":["a","ccc","bb"],"model":"mine","top_k":2}""")]
    public async Task Voyages_clients_read_data_and_total_tokens(string body)
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.PostJson("/v1/rerank", body);
        Assert.Equal("list", answer.GetProperty("object").GetString());
        Assert.Equal("student", answer.GetProperty("model").GetString());
        Assert.True(answer.GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);
        Assert.Equal([1, 2], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(.5, answer.GetProperty("data")[1].GetProperty("relevance_score").GetDouble());
        Assert.False(answer.GetProperty("data")[0].TryGetProperty("document", out _));
    }

    [Theory]
    [InlineData("""{"query":"q","documents":["a","ccc","bb"],"model":"rerank-2","return_documents":true}""")] // Node's client leaves out what was not given
    [InlineData("""{"query":"q","documents":["a","ccc","bb"],"top_k":null,"return_documents":true}""")] // Python's does not
    public async Task Voyages_documents_are_strings_and_all_come_back(string body)
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.PostJson("/v1/rerank", body);
        Assert.Equal(["ccc", "bb", "a"], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("document").GetString()));
    }

    [Fact]
    public async Task Others_get_no_data_beside_their_results()
    {
        await using TestServer server = await Start();
        Assert.False((await server.PostJson("/v1/rerank", """{"model":"rerank-english-v3.0","query":"q","documents":["a"],"top_n":1}""")).TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Mixedbreads_clients_send_input_and_get_it_back()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.PostJson("/v1/reranking", """{"model":"mxbai-rerank-large-v2","query":"q","input":["a","ccc",{"title":"bb","x":1}],"rank_fields":["title"],"top_k":2,"return_input":true}""");
        Assert.Equal("object model usage data top_k return_input", Fields(answer));
        Assert.Equal(2, answer.GetProperty("top_k").GetInt32());
        Assert.True(answer.GetProperty("return_input").GetBoolean());
        Assert.Equal("""{"index":2,"score":0.5,"input":{"title":"bb","x":1},"object":"rank_result"}""", answer.GetProperty("data")[1].GetRawText());
        JsonElement plain = await server.PostJson("/v1/reranking", """{"query":"q","input":["a","bb"]}""");
        Assert.Equal("""{"index":0,"score":0.2689414213699951,"object":"rank_result"}""", plain.GetProperty("data")[1].GetRawText());
        Assert.Equal("input: must not be empty", (await server.PostJson("/v1/reranking", """{"query":"q","input":[]}""", 400)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Pinecones_clients_send_Api_Key_and_read_data()
    {
        string keys = Path.GetTempFileName(), key = ApiKey.Generate();
        await File.WriteAllTextAsync(keys, new ApiKey("shop", ApiKey.HashOf(key)).ToLine());
        await using TestServer server = await TestServer.Start((_, documents) => [.. documents.Select(document => document.Length - 2f)], new ServerOptions(Keys: keys));
        const string Body = """{"model":"bge-reranker-v2-m3","query":"q","top_n":2,"return_documents":true,"rank_fields":["text"],"documents":[{"id":"1","text":"a"},{"id":"2","text":"ccc"},{"id":"3","text":"bb"}],"parameters":{"truncate":"END"}}""";
        await server.PostText("/rerank", Body, 401, ("Api-Key", "wrong"));
        JsonElement answer = await server.PostJson("/rerank", Body, headers: [("Api-Key", key), ("X-Pinecone-Api-Version", "2026-04")]);
        Assert.Equal(1, answer.GetProperty("usage").GetProperty("rerank_units").GetInt32());
        Assert.Equal(2, answer.GetProperty("data").GetArrayLength());
        Assert.Equal("""{"id":"2","text":"ccc"}""", answer.GetProperty("data")[0].GetProperty("document").GetRawText());
        Assert.Equal(.5, answer.GetProperty("data")[1].GetProperty("score").GetDouble());
        Assert.Equal(2, answer.GetProperty("results").GetArrayLength());
        File.Delete(keys);
    }

    [Fact]
    public async Task Nims_clients_send_passages_and_read_logits()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.PostJson("/v1/ranking", """{"model":"nvidia/llama-3.2-nv-rerankqa-1b-v2","query":{"text":"q"},"passages":[{"text":"a"},{"text":"ccc"},{"text":"bb"}],"truncate":"END"}""");
        Assert.Equal("""[{"index":1,"logit":1.0},{"index":2,"logit":0.0},{"index":0,"logit":-1.0}]""", answer.GetProperty("rankings").GetRawText());
        Assert.Equal("query: missing; passages: missing", (await server.PostJson("/v1/ranking", "{}", 400)).GetProperty("message").GetString());
        Assert.Equal("query.text: must not be empty", (await server.PostJson("/v1/ranking", """{"query":{"text":""},"passages":[{"text":"a"}]}""", 400)).GetProperty("message").GetString());
    }
}
