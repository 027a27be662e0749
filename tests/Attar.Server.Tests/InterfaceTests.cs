using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Attar.Server.Tests;

/// <summary>openapi.json is kept by hand; what it says holds for the server.</summary>
public class InterfaceTests
{
    [Fact]
    public async Task Every_route_is_described_and_every_description_has_a_route()
    {
        await using TestServer server = await TestServer.Start();
        JsonNode description = await Read(server);
        IEnumerable<string> described = description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        IEnumerable<string> routes = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(route => $"{route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {route.RoutePattern.RawText}");
        Assert.Equal(routes.Order(), described.Order());
    }

    [Theory]
    [InlineData("/v2/rerank", """{"query":"q","documents":[{"id":"x","text":"a","metadata":{}},"b"]}""")]
    [InlineData("/v1/rerank", """{"query":"q","documents":["a"],"return_documents":true}""")]
    [InlineData("/rerank", """{"query":"q","texts":["a"],"return_text":true}""")]
    [InlineData("/rerank", """{"query":"q","documents":["a"]}""")]
    [InlineData("/v1/rerank", """{"query":"q","documents":["a",{"x":1}],"top_k":2,"return_documents":true}""")]
    [InlineData("/v1/reranking", """{"query":"q","input":["a"],"return_input":true}""")]
    [InlineData("/v1/ranking", """{"query":{"text":"q"},"passages":[{"text":"a"},{}]}""")]
    [InlineData("/predict", """{"inputs":["a","b"]}""")]
    [InlineData("/predict", """{"inputs":[["a","b"]]}""")]
    [InlineData("/tokenize", """{"inputs":"a"}""")]
    [InlineData("/score", """{"text_1":"a","text_2":["b"]}""")]
    [InlineData("/classify", """{"query":"a","input":["b"]}""")]
    public async Task Answers_and_errors_are_as_described(string path, string body)
    {
        await using TestServer server = await TestServer.Start();
        JsonNode description = await Read(server);
        JsonNode responses = description["paths"]![path]!["post"]!["responses"]!;
        Assert.Null(Fault(await server.PostJson(path, body), responses["200"]!["content"]!["application/json"]!["schema"]!, description));
        using HttpResponseMessage refused = await server.Post(path, "{}");
        Assert.Null(Fault(TestServer.Json(await refused.Content.ReadAsStringAsync()), responses["default"]!["content"]!["application/json"]!["schema"]!, description));
    }

    [Theory]
    [InlineData("/info")]
    [InlineData("/v1/models")]
    [InlineData("/catalogue")]
    [InlineData("/search?q=red")]
    public async Task What_is_got_is_as_described(string path)
    {
        await using TestServer server = await TestServer.Start(storefront: Shop.Of(new Attar.Data.Product("p1", "red drill")));
        JsonNode description = await Read(server);
        JsonNode schema = description["paths"]![path.Split('?')[0]]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
        Assert.Null(Fault(await server.GetJson(path), schema, description));
    }

    [Fact]
    public void The_check_finds_what_is_not_as_described()
    {
        JsonNode schema = JsonNode.Parse("""{"type":"object","required":["a"],"properties":{"a":{"type":"array","items":{"type":"number"}}}}""")!;
        Assert.Null(Fault(TestServer.Json("""{"a":[1.5]}"""), schema, schema));
        Assert.Equal("a missing", Fault(TestServer.Json("{}"), schema, schema));
        Assert.Equal("b unknown", Fault(TestServer.Json("""{"a":[],"b":1}"""), schema, schema));
        Assert.Equal("no number: \"x\"", Fault(TestServer.Json("""{"a":["x"]}"""), schema, schema));
    }

    static async Task<JsonNode> Read(TestServer server) => JsonNode.Parse(await server.Client.GetStringAsync("/openapi.json"))!;

    /// <summary>The first way in which a value differs from its schema; of JSON Schema what the document uses.</summary>
    static string? Fault(JsonElement value, JsonNode schema, JsonNode document)
    {
        if ((string?)schema["$ref"] is { } reference) return Fault(value, reference[2..].Split('/').Aggregate(document, (node, name) => node[name]!), document);
        if (schema["oneOf"] is JsonArray choices) return choices.Select(choice => Fault(value, choice!, document)).FirstOrDefault(fault => fault is null, "fits none");
        string[] types = schema["type"] switch { JsonArray several => [.. several.Select(type => (string)type!)], { } one => [(string)one!], _ => [] };
        if (types.Length > 0 && !types.Any(type => Is(value, type))) return $"no {string.Join(" or ", types)}: {value.GetRawText()}";
        if (schema["items"] is { } items && value.ValueKind == JsonValueKind.Array)
            return value.EnumerateArray().Select(item => Fault(item, items, document)).FirstOrDefault(fault => fault is not null);
        if (schema["properties"] is not JsonObject properties || value.ValueKind != JsonValueKind.Object) return null;
        foreach (string name in schema["required"]?.AsArray().Select(name => (string)name!) ?? [])
            if (!value.TryGetProperty(name, out _)) return $"{name} missing";
        return value.EnumerateObject()
            .Select(field => properties[field.Name] is { } known ? Fault(field.Value, known, document) : $"{field.Name} unknown")
            .FirstOrDefault(fault => fault is not null);
    }

    static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => value.ValueKind == JsonValueKind.Number,
    };
}
