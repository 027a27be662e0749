using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling.Endpoints;

namespace Attar.Tests.Labeling.Endpoints;

public sealed class ChatTests : IDisposable
{
    readonly LampShop shop = new();

    public void Dispose() => shop.Dispose();

    static string[] Turns(JsonNode body) => [.. body["messages"]!.AsArray().Select(turn => $"{turn!["role"]}: {turn["content"]}")];

    [Fact]
    public void Examples_stand_as_turns_and_the_guideline_once()
    {
        var question = new Question("", "red lamp", "a lamp", [new Example("blue chair", "a chair", 1), new Example("red table", "red table", 2)]);
        (string Role, string Text)[] turns = [.. new GradingPrompt(3, " Our rules. ").Turns(question, structured: false)];
        Assert.Equal(["user", "assistant", "user", "assistant", "user"], turns.Select(turn => turn.Role));
        Assert.StartsWith("Our rules.\n\n", turns[0].Text);
        Assert.EndsWith("Answer with the grade alone: one whole number from 0 to 2.\n\nQuery: blue chair\nProduct: a chair", turns[0].Text);
        Assert.Equal(["1", "Query: red table\nProduct: red table", "2", "Query: red lamp\nProduct: a lamp"], turns[1..].Select(turn => turn.Text));
        Assert.Equal("""{"grade": 1}""", new GradingPrompt(3, null).Turns(question, structured: true).ElementAt(1).Text);
    }

    [Theory]
    [InlineData("""{"grade": 2}""", 2), InlineData("2", 2), InlineData(" 0\n", 0), InlineData("Sure: {\"grade\":1} ", 1), InlineData("```json\n{\"grade\": 1.0}\n```", 1)]
    public void A_grade_is_found_in_what_models_write(string text, int grade) => Assert.Equal(grade, new GradingPrompt(3, null).Grade(text));

    [Theory]
    [InlineData(""), InlineData("3"), InlineData("-1"), InlineData("{\"grade\": 7}"), InlineData("{\"grade\": 1.5}"), InlineData("{\"grade\": \"x\"}"), InlineData("}{"), InlineData("two"), InlineData("99999999999")]
    public void What_is_no_grade_is_asked_again(string text) => Assert.True(Assert.Throws<EndpointException>(() => new GradingPrompt(3, null).Grade(text)).Temporary);

    [Fact]
    public async Task Examples_are_the_judged_train_pairs_most_like_the_question_and_never_its_own_verdict_or_dev()
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, Protocol.Chat) with { Chat = new ChatOptions(Shots: 3) });
        Dataset data = DatasetFiles.Read(shop.Workspace.Data);
        HashSet<string> dev = [.. data.Queries.Where(query => data.Splits[query.Id] == Split.Dev).Select(query => query.Text)];
        foreach (JsonNode body in server.Bodies)
        {
            string[] turns = Turns(body);
            Assert.Equal(7, turns.Length);
            Assert.Equal(0, (double)body["temperature"]!);
            string Pair(string turn) => turn[turn.IndexOf("Query: ", StringComparison.Ordinal)..];
            string[] examples = [Pair(turns[0]), Pair(turns[2]), Pair(turns[4])];
            Assert.DoesNotContain(Pair(turns[6]), examples);
            Assert.All(examples, example => Assert.DoesNotContain(dev, query => example.StartsWith($"Query: {query}\n", StringComparison.Ordinal)));
        }
        // The last example stands nearest: another product of the same query where it has judged ones.
        string[] asked = Turns(server.Bodies.First(body => Turns(body)[^1].Contains("Query: red lamp cheap12\n"))); // judged, in the train split
        Assert.Contains("Query: red lamp cheap12\n", asked[4]);
    }

    /// <summary>One such answer wrote NaN into shard and journal, and no command got out of it again.</summary>
    [Fact]
    public async Task A_log_probability_that_is_none_is_asked_again_and_never_written()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = number => number < 7 ? new Mishap(200, """{"choices":[{"logprobs":{"content":[{"top_logprobs":[{"token":"1","logprob":800},{"token":"2","logprob":800}]}]},"message":{"content":"1"}}]}""") : null; // fewer than one pair may be tried
        shop.Label(LampShop.Endpoint(server, Protocol.Chat));
        shop.AssertLabelled();
        Assert.DoesNotContain("NaN", string.Concat(Directory.GetFiles(shop.Workspace.Answers).Append(shop.LabelsFile).Select(File.ReadAllText)));
    }

    [Fact]
    public async Task Votes_ask_with_other_examples_and_their_mean_counts()
    {
        await using StandIn server = await StandIn.Start();
        int turn = 0;
        server.FirstToken = distribution => Interlocked.Increment(ref turn) % 2 == 0 ? [("0", 1)] : [("2", 1)]; // votes that differ
        shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1) with { Chat = new ChatOptions(Shots: 2, Votes: 2), Trust = new TrustOptions(AcceptAny: true) });
        Assert.Equal(2 * 240, server.Requests);
        Assert.Equal(2 * 240, server.Bodies.Select(body => string.Join('\n', Turns(body))).Distinct().Count());
        Assert.All(File.ReadLines(shop.LabelsFile).Skip(1), line => Assert.Contains("\t0.5000\t0.0000\t0.5000\t", line));
    }

    [Fact]
    public async Task Tokens_with_spaces_count_and_the_rest_of_the_probability_is_shared_out()
    {
        await using StandIn server = await StandIn.Start();
        server.FirstToken = _ => [(" 1", .4), ("1", .2), ("2", .2), ("I", .2)];
        shop.Label(LampShop.Endpoint(server, Protocol.Chat) with { Trust = new TrustOptions(AcceptAny: true) });
        Assert.Contains("\t0.0000\t0.7500\t0.2500\t", File.ReadLines(shop.LabelsFile).Last());
    }

    [Fact]
    public async Task A_server_without_log_probabilities_is_asked_for_JSON_from_then_on()
    {
        await using StandIn server = await StandIn.Start();
        server.FirstToken = _ => null;
        shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1));
        shop.AssertLabelled();
        Assert.Equal(240 + 1, server.Requests);
        JsonNode schema = server.Bodies.Last()["response_format"]!["json_schema"]!["schema"]!;
        Assert.Equal("[0,1,2]", schema["properties"]!["grade"]!["enum"]!.ToJsonString());
        Assert.Contains("\t0.0000\t0.0000\t1.0000", File.ReadAllText(shop.LabelsFile));
    }

    [Fact]
    public async Task So_is_one_that_refuses_the_field()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = number => number == 0 ? new Mishap(400, """{"error":{"message":"logprobs is not supported with this model"}}""") : null;
        shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1));
        shop.AssertLabelled();
        Assert.DoesNotContain(server.Bodies.Skip(1), body => body.AsObject().ContainsKey("logprobs"));
    }

    [Fact]
    public async Task A_model_about_to_say_something_else_is_asked_for_JSON_for_that_pair()
    {
        await using StandIn server = await StandIn.Start();
        server.FirstToken = distribution => distribution[2] > .5 ? [("<think>", .99), ("2", .01)] : [.. distribution.Select((p, grade) => ($"{grade}", p))];
        shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1));
        string[] lines = [.. File.ReadLines(shop.LabelsFile).Skip(1)];
        Assert.Contains(lines, line => line.Contains("\t0.0000\t0.0000\t1.0000\t"));
        Assert.Contains(lines, line => line.Contains("\t0.9000\t0.0500\t0.0500\t"));
    }

    [Fact]
    public async Task Another_guideline_asks_anew()
    {
        await using StandIn server = await StandIn.Start();
        string guideline = Path.Combine(shop.Workspace.Root, "guideline.txt");
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.Chat) with { Chat = new ChatOptions(guideline) };
        Assert.Contains("no such file", Assert.Throws<InputException>(() => shop.Label(endpoint)).Message);
        File.WriteAllText(guideline, "Lamps are always 2.");
        shop.Label(endpoint);
        shop.Label(endpoint);
        Assert.Equal(240, server.Requests);
        Assert.All(server.Bodies, body => Assert.StartsWith("user: Lamps are always 2.", Turns(body)[0]));
        File.WriteAllText(guideline, "Chairs are always 2.");
        shop.Label(endpoint);
        Assert.Equal(480, server.Requests);
    }
}
