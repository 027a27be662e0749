using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public class TeiModelTests
{
    static Task<TestServer> StartTeacher() => TestServer.Start(null, null, TestServer.Model("student", (_, documents) => [.. documents.SelectMany(_ => (float[])[MathF.Log(3), 0])], [0, 1]));

    [Fact]
    public async Task Predictions_of_a_pair_are_a_list_with_the_likeliest_label_first()
    {
        await using TestServer server = await StartTeacher();
        JsonElement answer = await server.PostJson("/predict", """{"inputs":["query","document"]}""");
        Assert.Equal(["LABEL_0", "LABEL_1"], answer.EnumerateArray().Select(item => item.GetProperty("label").GetString()));
        Assert.Equal([.75, .25], answer.EnumerateArray().Select(item => Math.Round(item.GetProperty("score").GetDouble(), 6)));
        Assert.Equal(["score", "label"], answer[0].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task Predictions_of_pairs_are_a_list_of_lists()
    {
        await using TestServer server = await TestServer.Start((query, documents) => [.. documents.Select(document => query == document ? 0f : 100f)]);
        Assert.Equal("""[[{"score":0.5,"label":"LABEL_0"}],[{"score":1.0,"label":"LABEL_0"}]]""", await server.PostText("/predict", """{"inputs":[["a","a"],["a","b"]]}"""));
        Assert.Equal("""[[{"score":0.0,"label":"LABEL_0"}],[{"score":100.0,"label":"LABEL_0"}]]""", await server.PostText("/predict", """{"inputs":[["a","a"],["a","b"]],"raw_scores":true}"""));
    }

    [Theory]
    [InlineData("""{"inputs":"alone"}""", 422, "inputs: expected a list, got a string")]
    [InlineData("""{"inputs":["alone"]}""", 422, "inputs: expected a pair [query, document] or a list of pairs")]
    [InlineData("""{"inputs":["a","b","c"]}""", 422, "inputs: 3 are too many; at most 2 a request; inputs: expected a pair [query, document] or a list of pairs")]
    [InlineData("""{"inputs":[]}""", 400, "inputs: must not be empty")]
    [InlineData("""{"inputs":[["a","b"],["c"]]}""", 422, "inputs[1]: expected a pair [query, document] of strings, got a list")]
    public async Task What_is_no_pair_is_told(string body, int status, string message)
    {
        await using TestServer server = await TestServer.Start();
        JsonElement error = await server.PostJson("/predict", body, status);
        Assert.Equal(message, error.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Tokens_are_told_as_the_model_reads_them()
    {
        await using TestServer server = await TestServer.Start();
        string answer = await server.PostText("/tokenize", """{"inputs":"ab"}""");
        Assert.Equal(
            """[[{"id":2,"text":"[CLS]","special":true,"start":null,"stop":null},{"id":106,"text":"a","special":false,"start":0,"stop":1},{"id":107,"text":"b","special":false,"start":1,"stop":2},{"id":3,"text":"[SEP]","special":true,"start":null,"stop":null}]]""",
            answer);
        JsonElement plain = await server.PostJson("/tokenize", """{"inputs":["ab",""],"add_special_tokens":false}""");
        Assert.Equal([2, 0], plain.EnumerateArray().Select(tokens => tokens.GetArrayLength()));
    }

    [Fact]
    public async Task The_description_names_models_and_limits()
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(Model: "mine", MaxDocuments: 12));
        JsonElement answer = await server.GetJson("/info");
        Assert.Equal("mine", answer.GetProperty("model_id").GetString());
        Assert.Equal(12, answer.GetProperty("max_client_batch_size").GetInt32());
        Assert.Equal("""{"reranker":{"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0}}}""", answer.GetProperty("model_type").GetRawText());
        await using TestServer teacher = await StartTeacher();
        Assert.Equal(
            """{"classifier":{"id2label":{"0":"LABEL_0","1":"LABEL_1"},"label2id":{"LABEL_0":0,"LABEL_1":1}}}""",
            (await teacher.GetJson("/info")).GetProperty("model_type").GetRawText());
    }
}
