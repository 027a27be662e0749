using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Attar.Server.Tests;

/// <summary>Documents as search engines and catalogues send them.</summary>
public class SentDocumentTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What the model reads of documents, in their order.</summary>
    static async Task<string[]> Read(string documents, string more = "")
    {
        string[] read = [];
        await using TestServer server = await TestServer.Start((query, texts) =>
        {
            read = [.. texts];
            return new float[texts.Count];
        });
        await server.PostText("/v1/rerank", $$"""{"query":"q","documents":[{{documents}}]{{more}}}""");
        return read;
    }

    [Fact]
    public async Task Lists_are_joined_whatever_field_they_stand_in()
    {
        const string Document = """{"text":["drill","18 V"],"title":["saw"],"volts":[12,14.40],"flags":[true,null,"x"]}""";
        Assert.Equal(["drill 18 V"], await Read(Document));
        Assert.Equal(["saw\n12 14.40\ntrue x"], await Read(Document, ""","rank_fields":["title","volts","flags"]"""));
    }

    [Theory]
    [InlineData("""{"color":"red","size":["S","M"],"depth":{"value":2.50,"unit":"cm"},"none":null}""", "color red, size S M, depth value 2.50 unit cm")]
    [InlineData("""[{"name":"color","value":"red"},{"name":"sizes","value":[1,2]},"solid; oak",{"other":"x"}]""", "color red, sizes 1 2, solid, oak, other x")]
    [InlineData("\"color=red; oak\"", "color red, oak")]
    [InlineData("7.0", "7.0")]
    public async Task Attributes_may_be_objects_and_lists(string attributes, string read) =>
        Assert.Equal(["[attributes]" + read], (await Read($$"""{"title":"table","attributes":{{attributes}}}""")).Select(text => text["table".Length..]));

    [Fact]
    public async Task Numbers_keep_their_text() =>
        Assert.Equal(["18.00[brand]3e2"], await Read("""{"title":18.00,"brand":3e2}"""));

    [Theory]
    [InlineData("/v1/rerank")]
    [InlineData("/v2/rerank")]
    public async Task An_object_without_text_among_others_ranks_last(string path)
    {
        await using TestServer server = await TestServer.Start((_, documents) => [.. documents.Select(document => -(float)document.Length)]);
        JsonElement answer = await server.PostJson(path, """{"query":"q","documents":[{"id":"p9"},"aaa",{"sku":1},"b",{"text":""},{"title":null}]}""");
        JsonElement[] results = [.. answer.GetProperty("results").EnumerateArray()];
        Assert.Equal([3, 1, 0, 2, 4, 5], results.Select(result => result.GetProperty("index").GetInt32()));
        Assert.All(results[2..], result => Assert.False(result.GetProperty("scored").GetBoolean()));
        Assert.Equal(["4 of 6 documents have no text; they rank last"], answer.GetProperty("meta").GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
    }

    [Theory]
    [InlineData("""{"query":"q","documents":[{"a":1},{}]}""", "documents: none has text; expected objects with text, a product's fields (title, brand, ...), or the id of a product of the catalogue")]
    [InlineData("""{"query":"q","documents":[{"text":"x"}],"rank_fields":["a"]}""", "documents: none has text; expected objects with one of rank_fields")]
    public async Task Where_none_has_text_the_request_is_at_fault(string body, string message)
    {
        await using TestServer server = await TestServer.Start();
        Assert.Equal(message, (await server.PostJson("/v2/rerank", body, 400)).GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(200_000)]
    public async Task Unknown_fields_are_passed_over_however_deep(int depth)
    {
        string deep = new string('[', depth) + "1" + new string(']', depth), objects = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        Assert.Equal(["saw", "b"], await Read($$"""{"title":"saw","x":{{deep}}},"b" """, $",\"y\":{objects}"));
    }

    [Fact]
    public async Task What_is_nested_too_deep_comes_back_empty()
    {
        await using TestServer server = await TestServer.Start();
        string deep = new string('[', 100) + new string(']', 100);
        JsonElement answer = await server.PostJson("/v1/rerank", $$"""{"query":"q","return_documents":true,"documents":[{"text":"a","x":{{deep}}}]}""");
        Assert.StartsWith("[[[[", answer.GetProperty("results")[0].GetProperty("document").GetProperty("x").GetRawText());
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("zz")]
    public async Task A_chunk_size_that_cannot_be_is_the_clients_fault(string size)
    {
        await using TestServer server = await TestServer.Start();
        using TcpClient client = new();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /rerank HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n"));
        using StreamReader reader = new(stream, Encoding.UTF8);
        Assert.Contains(" 400 ", (await reader.ReadLineAsync().WaitAsync(Patience))!);
    }
}
