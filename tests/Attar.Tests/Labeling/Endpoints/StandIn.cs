using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Attar.Tests.Labeling.Endpoints;

/// <summary>What a server does instead of answering.</summary>
/// <param name="Drop">Close the connection: before the answer, or (with a body) in the middle of it.</param>
/// <param name="Hang">Never answer.</param>
sealed record Mishap(int Status = 200, string Body = "", (string Name, string Value)[]? Headers = null, bool Drop = false, bool Hang = false);

/// <summary>
/// A real server on loopback that speaks every protocol. It grades a pair by how many words of the query the product has, and keeps
/// count of what it answered.
/// </summary>
sealed class StandIn : IAsyncDisposable
{
    const int Grades = 3;
    readonly WebApplication app;
    readonly CancellationTokenSource closing = new();
    int requests;

    StandIn()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/{**path}", Answer);
    }

    public static async Task<StandIn> Start()
    {
        var server = new StandIn();
        await server.app.StartAsync();
        return server;
    }

    public string Address => app.Urls.Single();

    /// <summary>By the request's number from 0; null answers it.</summary>
    public Func<int, Mishap?> Mishaps { get; set; } = _ => null;

    /// <summary>Called when a request came in.</summary>
    public Action<int> Came { get; set; } = _ => { };

    /// <summary>(grades) what the server thinks of a pair.</summary>
    public Func<string, string, double[]> Opinion { get; set; } = (query, document) => Sure(Overlap(query, document));

    /// <summary>What a chat model's first token says; null: no log-probabilities in the answer.</summary>
    public Func<double[], (string Token, double P)[]?> FirstToken { get; set; } =
        distribution => [.. distribution.Select((p, grade) => ($"{grade}", p))];

    /// <summary>What a chat model says to the last turn, where it is not to grade.</summary>
    public Func<string, string>? Says { get; set; }

    /// <summary>Headers of good answers.</summary>
    public Func<int, (string, string)[]> Headers { get; set; } = _ => [];

    /// <summary>As the server counts them for each text that it classifies.</summary>
    public int TokensOfText { get; set; } = 10;

    public int Requests => requests;

    /// <summary>How often each pair was answered, the answer having gone out whole.</summary>
    public ConcurrentDictionary<(string Query, string Document), int> Answered { get; } = [];

    public ConcurrentQueue<JsonNode> Bodies { get; } = [];

    public ConcurrentQueue<string?> Keys { get; } = [];

    public static double[] Sure(int grade) => [.. Enumerable.Range(0, Grades).Select(k => k == grade ? .9 : .05)];

    public static int Overlap(string query, string document)
    {
        string[] words = document.Split(' ');
        return query.Split(' ').Count(words.Contains);
    }

    async Task Answer(HttpContext context)
    {
        int number = Interlocked.Increment(ref requests) - 1;
        Came(number);
        JsonNode body = (await JsonNode.ParseAsync(context.Request.Body))!;
        Bodies.Enqueue(body);
        Keys.Enqueue(context.Request.Headers.Authorization);
        Mishap? mishap = Mishaps(number);
        foreach ((string name, string value) in mishap?.Headers ?? Headers(number)) context.Response.Headers[name] = value;
        if (mishap is { Hang: true })
        {
            await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(closing.Token, context.RequestAborted).Token).ContinueWith(_ => { });
        }
        else if (mishap is { Drop: true })
        {
            if (mishap.Body.Length > 0)
            {
                context.Response.ContentLength = mishap.Body.Length + 100;
                await context.Response.WriteAsync(mishap.Body);
                await context.Response.Body.FlushAsync();
            }
            context.Abort();
        }
        else if (mishap is not null)
        {
            context.Response.StatusCode = mishap.Status;
            await context.Response.WriteAsync(mishap.Body);
        }
        else
        {
            var (answer, pairs) = Speak(context.Request.Path, body);
            foreach (var pair in pairs) Answered.AddOrUpdate(pair, 1, (_, count) => count + 1);
            await context.Response.WriteAsync(answer.ToJsonString());
        }
    }

    (JsonNode, (string, string)[]) Speak(string path, JsonNode body) => path switch
    {
        "/classify" => Classify([.. body["input"]!.AsArray().Select(text => Split((string)text!))]),
        "/predict" => Predict([.. body["inputs"]!.AsArray().Select(pair => ((string)pair![0]!, (string)pair[1]!))]),
        "/score" => Score(Pairs(body["text_1"], body["text_2"])),
        "/rerank" => (Ranked(Pairs(body["query"], body["texts"]), "score"), Pairs(body["query"], body["texts"])),
        "/v1/rerank" or "/v2/rerank" => (
            new JsonObject { ["results"] = Ranked(Pairs(body["query"], body["documents"]), "relevance_score"), ["usage"] = new JsonObject { ["total_tokens"] = 100 } },
            Pairs(body["query"], body["documents"])),
        "/v1/chat/completions" => Chat(body),
        _ => throw new InvalidOperationException(path),
    };

    static (string, string)[] Pairs(JsonNode? query, JsonNode? documents) => [.. documents!.AsArray().Select(document => ((string)query!, (string)document!))];

    static (string, string) Split(string text)
    {
        string[] parts = text["Query: ".Length..].Split("\nProduct: ");
        return (parts[0], parts[1]);
    }

    (JsonNode, (string, string)[]) Classify((string, string)[] pairs) => (new JsonObject
    {
        // in no particular order: the index tells
        ["data"] = new JsonArray([.. pairs.Select((pair, i) => new JsonObject { ["index"] = i, ["label"] = "LABEL_0", ["probs"] = Numbers(Opinion(pair.Item1, pair.Item2)), ["num_classes"] = Grades }).Reverse()]),
        ["usage"] = new JsonObject { ["prompt_tokens"] = TokensOfText * pairs.Length, ["completion_tokens"] = 0 },
    }, pairs);

    (JsonNode, (string, string)[]) Predict((string, string)[] pairs) => (new JsonArray([.. pairs.Select(pair => new JsonArray(
        [.. Opinion(pair.Item1, pair.Item2).Select((p, grade) => new JsonObject { ["score"] = p, ["label"] = $"LABEL_{grade}" }).OrderByDescending(entry => (double)entry["score"]!)]))]), pairs);

    (JsonNode, (string, string)[]) Score((string, string)[] pairs) => (new JsonObject
    {
        ["data"] = new JsonArray([.. pairs.Select((pair, i) => new JsonObject { ["index"] = i, ["object"] = "score", ["score"] = ScoreOf(pair) })]),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 7 },
    }, pairs);

    JsonArray Ranked((string, string)[] pairs, string name) =>
        [.. pairs.Select((pair, i) => new JsonObject { ["index"] = i, [name] = ScoreOf(pair) }).OrderByDescending(entry => (double)entry[name]!)];

    double ScoreOf((string, string) pair) => Opinion(pair.Item1, pair.Item2).Select((p, grade) => p * grade / (Grades - 1)).Sum();

    (JsonNode, (string, string)[]) Chat(JsonNode body)
    {
        if (Says is { } says) return (Completion(new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = says((string)body["messages"]!.AsArray()[^1]!["content"]!) } }), []);
        var pair = Split(Last((string)body["messages"]!.AsArray()[^1]!["content"]!, "Query: "));
        double[] distribution = Opinion(pair.Item1, pair.Item2);
        var choice = new JsonObject { ["index"] = 0 };
        if ((bool?)body["logprobs"] == true)
        {
            var tokens = FirstToken(distribution);
            choice["message"] = new JsonObject { ["role"] = "assistant", ["content"] = tokens?.MaxBy(token => token.P).Token };
            choice["logprobs"] = tokens is null ? null : new JsonObject
            {
                ["content"] = new JsonArray(new JsonObject
                {
                    ["token"] = tokens[0].Token,
                    ["logprob"] = Math.Log(tokens[0].P),
                    ["top_logprobs"] = new JsonArray([.. tokens.Select(token => new JsonObject { ["token"] = token.Token, ["logprob"] = Math.Log(token.P) })]),
                }),
            };
            if (tokens is null || tokens.Where(token => int.TryParse(token.Token, out _)).Sum(token => token.P) < .5) return (Completion(choice), []); // an answer that says nothing of the pair
        }
        else
        {
            choice["message"] = new JsonObject { ["role"] = "assistant", ["content"] = $"```json\n{{\"grade\": {Array.IndexOf(distribution, distribution.Max())}}}\n```" };
        }
        return (Completion(choice), [pair]);
    }

    static JsonObject Completion(JsonObject choice) => new() { ["choices"] = new JsonArray(choice), ["usage"] = new JsonObject { ["prompt_tokens"] = 50, ["completion_tokens"] = 1 } };

    static string Last(string text, string mark) => text[text.LastIndexOf(mark, StringComparison.Ordinal)..];

    static JsonArray Numbers(double[] values) => [.. values.Select(value => JsonValue.Create(value))];

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.DisposeAsync();
    }
}
