using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>What is refused before a model is asked: sizes, types, paths, methods, addresses.</summary>
public class TransportTests
{
    [Theory]
    [InlineData("/rerank", "error")]
    [InlineData("/v1/rerank", "message")]
    [InlineData("/v2/rerank", "message")]
    public async Task Too_large_a_request_is_refused_in_the_clients_shape(string path, string field)
    {
        await using TestServer server = await TestServer.Start();
        string body = $$"""{"query":"q","texts":["{{new string('a', 3_000_000)}}"]}""";
        JsonElement error = await server.PostJson(path, body, 413);
        Assert.Equal("the request is larger than 2000000 bytes; send fewer documents at a time", error.GetProperty(field).GetString());
    }

    [Fact]
    public async Task Size_is_counted_where_the_client_does_not_tell_it()
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(MaxBody: 1000));
        using HttpRequestMessage request = new(HttpMethod.Post, "/rerank") { Content = new StringContent(new string(' ', 5000), Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_request_of_just_the_size_allowed_is_answered()
    {
        const string Start = """{"query":"q","texts":["a"],"x":"", "pad":" """;
        string body = Start + new string('x', 1000 - Start.Length - 2) + "\"}";
        await using TestServer server = await TestServer.Start(options: new ServerOptions(MaxBody: 1000));
        await server.PostText("/rerank", body);
        await server.PostText("/rerank", body + " ", 413);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("application/vnd.api+json", 200)]
    public async Task Only_json_is_read(string type, int status)
    {
        await using TestServer server = await TestServer.Start();
        using HttpResponseMessage response = await server.Post("/rerank", """{"query":"q","texts":["a"]}"""u8.ToArray(), type);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_as_such()
    {
        await using TestServer server = await TestServer.Start();
        using ByteArrayContent content = new([0x1f, 0x8b, 8, 0]);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using HttpResponseMessage response = await server.Client.PostAsync("/v2/rerank", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("expected the body as it is, without Content-Encoding", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_body_does_no_harm()
    {
        await using TestServer server = await TestServer.Start();
        using HttpResponseMessage response = await server.Post("/rerank", Encoding.UTF8.GetBytes("\uFEFF" + """{"query":"q","texts":["a"]}"""));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/rerank", """{"error":"use POST here","error_type":"Validation"}""")]
    [InlineData("/v2/rerank", "use POST here")]
    public async Task Wrong_method_names_the_right_one(string path, string part)
    {
        await using TestServer server = await TestServer.Start();
        using HttpResponseMessage response = await server.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        Assert.Contains(part, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/health", 200)]
    [InlineData("/", 200)]
    [InlineData("/search", 400)]
    [InlineData("/rerank", 405)]
    public async Task Who_asks_for_the_head_alone_gets_it(string path, int status)
    {
        await using TestServer server = await TestServer.Start();
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        await server.PostText("/rerank", """{"query":"q","texts":["a"]}"""); // on the same connection
    }

    [Fact]
    public async Task Unknown_path_is_a_problem_document()
    {
        await using TestServer server = await TestServer.Start();
        using HttpResponseMessage response = await server.Client.GetAsync("/../../etc/passwd");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("passwd", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task No_other_origin_may_read_answers()
    {
        await using TestServer server = await TestServer.Start();
        using HttpRequestMessage request = new(HttpMethod.Get, "/catalogue") { Headers = { { "Origin", "http://elsewhere.example" } } };
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("example.com", 0, "--host")]
    [InlineData("", 0, "--host")]
    [InlineData("127.0.0.1", 70000, "--port")]
    public void Impossible_addresses_are_wrong_usage(string host, int port, string option)
    {
        InputException error = Assert.Throws<InputException>(() => AttarServer.Create(new ServerOptions(port, host), [], null!));
        Assert.Equal(option, error.Faults[0].Where);
    }

    [Fact]
    public async Task A_port_in_use_is_wrong_usage()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var app = AttarServer.Create(new ServerOptions(port), [TestServer.Model("student", TestServer.ByLength)], new("catalogue", () => Shop.Of(), () => ""));
        InputException error = await Assert.ThrowsAsync<InputException>(() => AttarServer.Start(app));
        Assert.Contains($"127.0.0.1:{port}", error.Message);
    }
}
