using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Server.Security;
using Attar.Server.Settings;
using Attar.Studies;
using Attar.Teaching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Attar.Server.Tests;

/// <summary>What the files of <c>deploy/</c> make a search engine send, played here as its sources and documents have it, is answered so that the engine can read it.</summary>
public sealed partial class AdapterTests : IDisposable
{
    const string Query = "24\" deck \\ \"größer\" </s>";

    static readonly string[] Documents = ["a", "a \"quoted\"\n\ttext", "größer & größer", ""];

    readonly string keys = Path.GetTempFileName();
    readonly string key = ApiKey.Generate();

    public AdapterTests() => File.WriteAllText(keys, new ApiKey("engine", ApiKey.HashOf(key)).ToLine());

    public void Dispose() => File.Delete(keys);

    static string Deploy(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../deploy", name);

    /// <summary>The student says how long a document is, and how it does so tells whether the query came whole.</summary>
    Task<TestServer> Start(float scale = 1) => TestServer.Start(
        (query, documents) => [.. documents.Select(document => scale * (document.Length + (query == Query ? 0 : 1000)))],
        new ServerOptions(Keys: keys));

    [Theory]
    [InlineData(1)]
    [InlineData(-.7f)] // small probabilities have many digits
    public async Task OpenSearch_finds_a_double_for_every_document(float scale)
    {
        JsonNode connector = JsonNode.Parse(File.ReadAllText(Deploy("opensearch-connector.json")))!, action = connector["actions"]![0]!;
        Assert.Equal("connector.pre_process.cohere.rerank", (string)action["pre_process_function"]!);
        Assert.Equal("connector.post_process.cohere.rerank", (string)action["post_process_function"]!);
        // Its own parameters over the connector's; a text is escaped, the quotes stand in the template.
        Dictionary<string, string> parameters = connector["parameters"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!);
        parameters["query"] = JsonSerializer.Serialize(Query)[1..^1];
        parameters["documents"] = JsonSerializer.Serialize(Documents);
        parameters["top_n"] = $"{Documents.Length}";
        Assert.Contains("attar_key", connector["credential"]!.AsObject().Select(pair => pair.Key));

        await using TestServer server = await Start(scale);
        JsonElement answer = await server.PostJson(
            new Uri((string)action["url"]!).AbsolutePath,
            Placeholder().Replace((string)action["request_body"]!, match => parameters[match.Groups[1].Value]),
            headers: [.. action["headers"]!.AsObject().Select(header => (header.Key, ((string)header.Value!).Replace("${credential.attar_key}", key)))]);

        double?[] scores = new double?[answer.GetProperty("results").GetArrayLength()]; // sized by the results, filled by their indexes
        foreach (JsonElement result in answer.GetProperty("results").EnumerateArray())
        {
            string number = result.GetProperty("relevance_score").GetRawText();
            Assert.Matches("[.E]", number); // or it would be an Integer
            Assert.True(number.Length <= 18, number); // or it might be a BigDecimal
            scores[result.GetProperty("index").GetInt32()] = double.Parse(number, CultureInfo.InvariantCulture);
        }
        Assert.Equal(Documents.Length, scores.Length);
        Assert.All(Documents, (document, i) => Assert.Equal(1 / (1 + Math.Exp(-(double)(scale * document.Length))), scores[i]!.Value, 1e-12));
    }

    [Fact]
    public async Task Elasticsearch_finds_as_many_scores_as_documents_under_its_paths()
    {
        JsonNode settings = JsonNode.Parse(File.ReadAllText(Deploy("elasticsearch-inference.json")))!["service_settings"]!;
        Assert.Equal(["api_key"], settings["secret_parameters"]!.AsObject().Select(pair => pair.Key));
        string Filled(string template, string query, string input, string secret) => template.Replace("${query}", query).Replace("${input}", input).Replace("${api_key}", secret);
        await using TestServer server = await Start();
        JsonElement answer = await server.PostJson(
            new Uri((string)settings["url"]!).AbsolutePath,
            Filled((string)settings["request"]!, JsonSerializer.Serialize(Query), JsonSerializer.Serialize(Documents), "unused"), // both as JSON
            headers: [.. settings["headers"]!.AsObject().Where(header => header.Key != "Content-Type").Select(header => (header.Key, Filled((string)header.Value!, "", "", key)))]);

        JsonNode paths = settings["response"]!["json_parser"]!;
        JsonElement[] indexes = At(answer, (string)paths["reranked_index"]!), scores = At(answer, (string)paths["relevance_score"]!);
        Assert.Equal(Documents.Length, indexes.Length);
        Assert.Equal(Documents.Length, scores.Length);
        Assert.Equal([1, 2, 0, 3], indexes.Select(index => index.GetInt32()));
        Assert.Equal(scores.Select(Normalized).OrderDescending(), scores.Select(Normalized)); // as its retriever does, monotone
        using HttpResponseMessage refused = await server.Post("/v2/rerank", "{}", ("Authorization", "Bearer wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode); // told apart from other failures by its status alone

        static double Normalized(JsonElement score) => Math.Max(score.GetSingle(), 0) + Math.Min(Math.Exp(score.GetSingle()), 1);
    }

    /// <summary>A path such as <c>$.results[*].index</c>.</summary>
    static JsonElement[] At(JsonElement root, string path)
    {
        string[] names = path.Split("[*].");
        return [.. root.GetProperty(names[0][2..]).EnumerateArray().Select(item => item.GetProperty(names[1]))];
    }

    [Theory]
    [InlineData(true, "p2 p1 p3")]
    [InlineData(false, "p1 p2 p3")]
    public async Task The_Solr_script_prints_Attars_order_or_Solrs(bool known, string expected)
    {
        Assert.SkipUnless(Has("jq") && Has("curl"), "needs bash, curl and jq");
        Dictionary<string, string> asked = [];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        await using WebApplication solr = builder.Build();
        solr.Urls.Add("http://127.0.0.1:0");
        solr.Run(context =>
        {
            foreach (var (name, value) in context.Request.Query) asked[name] = value.ToString();
            asked["path"] = context.Request.Path;
            // A collection without a schema of its own holds each text as a list.
            return context.Response.WriteAsync("""
                {"responseHeader":{"status":0,"QTime":1},"response":{"numFound":3,"start":0,"numFoundExact":true,"docs":[
                  {"id":"p1","title":["deck"]},{"id":"p2","title":["deck 24\" composite"],"brand":["Norvik"]},{"id":"p3","title":""}]}}
                """);
        });
        await solr.StartAsync();
        await using TestServer server = await TestServer.Start(
            options: new ServerOptions(Keys: keys), storefront: Shop.Of(new Product("p3", "x"))); // p3 has no title in Solr: the catalogue knows it

        var start = new ProcessStartInfo("bash", [Deploy("solr-rerank.sh"), Query, "3"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SOLR"] = solr.Urls.Single() + "/solr/products";
        start.Environment["ATTAR"] = server.Address.ToString().TrimEnd('/');
        start.Environment["ATTAR_KEY"] = known ? key : "wrong";
        start.Environment["ATTAR_WAIT"] = "60000"; // a busy machine takes its time
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        Assert.Equal(expected, string.Join(' ', printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(("/solr/products/select", Query, "3"), (asked["path"], asked["q"], asked["rows"]));
    }

    static bool Has(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    [Fact]
    public void What_Vespa_gives_the_model_is_what_Attar_gives_it()
    {
        string schema = File.ReadAllText(Deploy("vespa/schemas/product.sd"));
        int[] shape = [.. CustomTokens().Match(schema).Groups.Values.Skip(1).Select(number => int.Parse(number.Value))];
        (int start, int separator, int length) = (shape[0], shape[1], shape[2]);
        Assert.All((string[])["tokenAttentionMask", "tokenTypeIds"], name => Assert.Contains($"{name}({length}, query(tokens), attribute(tokens))", schema));
        int[] rooms = [.. Rooms().Matches(schema).Select(match => int.Parse(match.Groups[1].Value))]; // product, query
        Assert.Equal(length, rooms.Sum() + 3);
        Assert.Equal(new PretrainStage(ModelRole.Student).MaxTokens, length);

        string folder = Directory.CreateTempSubdirectory("attar-vespa-").FullName;
        try
        {
            RandomModel.Write(folder, new EncoderConfig(0, 8, 1, 2, 8, MaxPositions: length), new WordPieceTokenizer([.. SpecialTokens.All, "cord", "##less", "drill", "nor", "##vik", "tools", ">", "18"]), 1);
            string onnx = File.ReadAllText(Path.Combine(folder, OnnxModel.FileName), System.Text.Encoding.Latin1);
            Assert.All(Inputs().Matches(schema), input => Assert.Contains(input.Groups[1].Value, onnx));
            Assert.Contains("<special-tokens>false</special-tokens>", File.ReadAllText(Deploy("vespa/services.xml")));
            Tokenizer tokenizer = ModelStore.LoadTokenizer(folder);
            var product = new Product("p1", "Cordless Drill 18 zzz", "Norvik", "Tools > Drill");
            int[] Embedded(string text, int room) => [.. tokenizer.Tokenize(text, structure: false).Ids.Take(room)];
            int[] query = Embedded("cordless DRILL", rooms[1]), document = Embedded($"{product.Title} [brand] {product.Brand} [category] {product.Category}", rooms[0]);

            TokenPair pair = new FieldPairText(tokenizer, length).Encode("cordless DRILL", ProductText.Fields(product));
            int[] ids = [start, .. query, separator, .. document, separator];
            Assert.Equal(pair.Ids, ids);
            Assert.Equal(pair.Segments, ids.Select((_, i) => (byte)(i < query.Length + 2 ? 0 : 1)));
            Assert.DoesNotContain(0, ids); // Vespa counts what is above 0, and masks the rest
            Assert.Equal(rooms[0], Embedded(string.Concat(Enumerable.Repeat("drill ", 500)), rooms[0]).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"\$\{parameters\.(\w+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"customTokenInputIds\((\d+), (\d+), (\d+), query\(tokens\), attribute\(tokens\)\)")]
    private static partial Regex CustomTokens();

    [GeneratedRegex(@"tensor<float>\(d0\[(\d+)\]\)")]
    private static partial Regex Rooms();

    [GeneratedRegex(@"^\s+input (\w+):", RegexOptions.Multiline)]
    private static partial Regex Inputs();
}
