using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Server.Tests;

/// <summary>Whatever is sent, the client is at fault, in JSON, within the budget of a request, and the next request is answered.</summary>
[Collection(nameof(Alone))]
public class HostileInputTests
{
    const int Longest = 1_900_000;

    static readonly string[] Paths = ["/rerank", "/v1/rerank", "/v2/rerank", "/reranking", "/score", "/classify", "/predict", "/tokenize", "/v1/reranking", "/v1/ranking"];

    /// <summary>Bodies tried by each test; ATTAR_FUZZ asks for more than the few that every run can afford.</summary>
    static readonly Config Tries = Config.QuickThrowOnFailure.WithMaxTest(int.TryParse(Environment.GetEnvironmentVariable("ATTAR_FUZZ"), out int bodies) ? bodies : 100);

    /// <summary>Values of any type, nested, some of them not valid Unicode.</summary>
    static Gen<string> Values(int depth) => depth == 0
        ? Gen.Elements(
            "null", "true", "0", "-1", "1e999", "1.5", "\"\"", "\"a\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\uDC00x\"", "9999999999999999999",
            "{\"text\":\"b\"}", "{\"text\":\"\\ud800\"}", "{\"\\ud800\":1}", "{\"text\":\"b\",\"id\":\"\\ud800\"}", "{\"text\":\"b\",\"metadata\":{\"\\udc00\":1e999}}")
        : Gen.OneOf(
            Values(0),
            Few(Values(depth - 1)).Select(items => $"[{string.Join(',', items)}]"),
            Objects(depth - 1));

    static Gen<string> Objects(int depth) =>
        from names in Few(Gen.Elements("query", "texts", "documents", "text", "top_n", "rank_fields", "raw_scores", "return_documents", "model", "id", "metadata", "title", "text_1", "text_2", "input", "inputs", "attributes", "top_k", "passages", "\\ud800", ""))
        from values in Gen.ListOf(Values(depth), names.Count)
        select $"{{{string.Join(',', names.Zip(values, (name, value) => $"\"{name}\":{value}"))}}}";

    static Gen<List<T>> Few<T>(Gen<T> item) => Gen.Choose(0, 4).SelectMany(count => Gen.ListOf(item, count)).Select(items => items.ToList());

    /// <summary>Often with the fields a request needs, so that what follows them is reached.</summary>
    static Gen<string> Sound(Gen<string> bodies) =>
        from body in bodies
        from start in Gen.Elements("{", """{"query":"q","texts":["a"],"documents":["a",{"text":"b"}],"input":["a"],"inputs":[["a","b"]],"text_1":"a","text_2":["b"]""")
        select start + (start.Length > 1 && body.Length > 2 ? "," : "") + body[1..];

    /// <summary>One thing very many times, up to two million bytes of it: a list, names of an object, a text, brackets.</summary>
    static Gen<string> Swollen() =>
        from item in Values(2)
        from letter in Gen.Elements("x", "ä", "🪑", "\\u0074", "a ", "\\n")
        from kind in Gen.Choose(0, 3)
        from size in Gen.Choose(0, 100)
        let bytes = (int)Math.Pow(Longest, size / 100.0)
        select kind switch
        {
            0 => $"[{string.Join(',', Enumerable.Repeat(item, 1 + bytes / (item.Length + 1)))}]",
            1 => $"[{{{string.Join(',', Enumerable.Range(0, 1 + bytes / (item.Length + 9)).Select(i => $"\"{i}\":{item}"))}}}]",
            2 => $"\"{string.Concat(Enumerable.Repeat(letter, bytes / Encoding.UTF8.GetByteCount(letter)))}\"",
            _ => new string('[', bytes / 2) + item + new string(']', bytes / 2),
        };

    /// <summary>Enough for every interface.</summary>
    static readonly (string Name, string Value)[] Fields =
    [
        ("query", "\"q\""), ("texts", "[\"a\"]"), ("documents", "[\"a\"]"), ("input", "[\"a\"]"), ("inputs", "[\"a\"]"), ("text_1", "[\"a\"]"), ("text_2", "[\"a\"]"),
        ("passages", "[{\"text\":\"a\"}]"), ("rank_fields", "[\"text\"]"), ("other", "1"),
    ];

    /// <param name="swells">The field that has another value.</param>
    static string Body(string swells = "", string value = "") => $"{{{string.Join(',', Fields.Select(field => $"\"{field.Name}\":{(field.Name == swells ? value : field.Value)}"))}}}";

    [Fact]
    public async Task One_thing_very_many_times_costs_no_more_than_a_request_may()
    {
        await using TestServer server = await Warm();
        Check.One(Tries, Prop.ForAll(
            Swollen().ToArbitrary(), Gen.Elements(Fields.Select(field => field.Name)).ToArbitrary(), Gen.Elements(Paths).ToArbitrary(),
            (swollen, swells, path) => Holds(server, path, Encoding.UTF8.GetBytes(Body(swells, swollen)))));
    }

    /// <summary>What is compiled once is no request's cost.</summary>
    static async Task<TestServer> Warm()
    {
        TestServer server = await TestServer.Start();
        foreach (string path in Paths)
        {
            using HttpResponseMessage sound = await server.Post(path, Body()), damaged = await server.Post(path, "{");
        }
        return server;
    }

    [Fact]
    public async Task Almost_right_json_never_fails_inside()
    {
        await using TestServer server = await Warm();
        Check.One(Tries, Prop.ForAll(
            Sound(Objects(3)).ToArbitrary(), Gen.Elements(Paths).ToArbitrary(), (body, path) => Holds(server, path, Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public async Task Random_bytes_never_fail_inside()
    {
        await using TestServer server = await Warm();
        Check.One(Tries, Prop.ForAll<byte[]>(body => Holds(server, "/rerank", body)));
    }

    [Fact]
    public async Task A_damaged_request_never_fails_inside()
    {
        await using TestServer server = await Warm();
        byte[] sound = Encoding.UTF8.GetBytes("""{"query":"bär","documents":["a",{"text":"b","n":1.5,"id":"ä","metadata":{"ö":"ü"}}],"texts":["a"],"top_n":1,"rank_fields":["text"],"return_documents":true,"text_1":["a"],"text_2":["b"],"input":["c"],"inputs":["d","e"],"model":"m"}""");
        Gen<byte[]> damaged =
            from place in Gen.Choose(0, sound.Length - 1)
            from value in Gen.Choose(0, 255)
            select sound.Select((old, at) => at == place ? (byte)value : old).ToArray();
        Check.One(Tries, Prop.ForAll(
            damaged.ToArbitrary(), Gen.Elements(Paths).ToArbitrary(), (body, path) => Holds(server, path, body)));
    }

    [Theory]
    [InlineData("""{"text":"b","id":"\ud800"}""")]
    [InlineData("""{"text":"b","metadata":{"\udc00":1}}""")]
    [InlineData("""{"text":"b","x":["\ud800"]}""")]
    public async Task What_could_not_be_sent_back_is_refused_before_it_is_scored(string document)
    {
        await using TestServer server = await TestServer.Start((_, _) => throw new InvalidOperationException("scored"));
        string body = $$"""{"query":"q","return_documents":true,"documents":[{{document}}]}""";
        Assert.Equal("a string of the body is not valid Unicode", (await server.PostJson("/v1/rerank", body, 400)).GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_long_text_is_tokenized_in_time_that_grows_with_its_length()
    {
        await using TestServer server = await TestServer.Start();
        string text = string.Concat(Enumerable.Repeat("a🪑", 30_000)); // a square of these would take long
        JsonElement tokens = (await server.PostJson("/tokenize", $$"""{"inputs":"{{text}}","add_special_tokens":false}"""))[0];
        Assert.Equal(60_000, tokens[tokens.GetArrayLength() - 1].GetProperty("stop").GetInt32());
    }

    [Fact]
    public async Task Deep_nesting_is_malformed()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostText("/rerank", new string('[', 500_000), 400);
    }

    [Fact]
    public async Task Any_strings_are_ranked_and_returned_unharmed()
    {
        await using TestServer server = await TestServer.Start();
        Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyArray<NonNull<string>>>(texts =>
        {
            string[] sent = [.. texts.Get.Select(text => new string([.. text.Get.Where(letter => !char.IsSurrogate(letter))]))];
            string body = $$"""{"query":"q","texts":{{JsonSerializer.Serialize(sent)}},"return_text":true,"raw_scores":true}""";
            JsonElement[] ranks = [.. server.PostJson("/rerank", body).GetAwaiter().GetResult().EnumerateArray()];
            int[] expected = [.. Enumerable.Range(0, sent.Length).OrderByDescending(index => sent[index].Length)];
            Assert.Equal(expected, ranks.Select(rank => rank.GetProperty("index").GetInt32()));
            Assert.Equal(expected.Select(index => sent[index]), ranks.Select(rank => rank.GetProperty("text").GetString()));
        }));
    }

    static bool Holds(TestServer server, string path, byte[] body)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        using HttpResponseMessage response = server.Post(path, body, headers: ("x-deadline-ms", "1000")).GetAwaiter().GetResult();
        double took = (Environment.CpuUsage.TotalTime - begun).TotalMilliseconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        string answer = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        JsonElement json = TestServer.Json(answer); // throws unless JSON
        int status = (int)response.StatusCode;
        Assert.True(took < RequestBudgetTests.Milliseconds && allocated < RequestBudgetTests.Memory, $"{path}, {body.Length} bytes, {status}: {took:0} ms, {allocated >> 20} MiB");
        return status == 200 || (status is 400 or 413 or 422 && Message(json) is { Length: < 1000 });
    }

    /// <summary>Where one of the interfaces has its message.</summary>
    static string? Message(JsonElement error) =>
        error.TryGetProperty("message", out JsonElement message) ? message.GetString()
        : error.TryGetProperty("error", out JsonElement inner) ? inner.ValueKind == JsonValueKind.Object ? Message(inner) : inner.GetString()
        : null;
}
