using Attar.Endpoints;
using Attar.Labeling.Endpoints;

namespace Attar.Tests.Labeling.Endpoints;

/// <summary>Whatever goes wrong on the way, every pair is labelled, once.</summary>
public sealed class MishapTests : IDisposable
{
    static readonly Dictionary<string, Mishap> kinds = new()
    {
        ["429"] = new(429, """{"error":"slow down"}"""),
        ["429 with Retry-After"] = new(429, "slow down", [("Retry-After", "7")]),
        ["500"] = new(500, "oops"),
        ["503 with a date"] = new(503, "", [("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT")]),
        ["424"] = new(424, """{"error":"cuda","error_type":"Backend"}"""),
        ["not JSON"] = new(200, "<html>gateway</html>"),
        ["half of the JSON"] = new(200, """{"data":[{"index":0,"""),
        ["JSON of another shape"] = new(200, """{"answer":42}"""),
        ["an empty list"] = new(200, "[]"),
        ["nothing"] = new(200, ""),
        ["connection closed"] = new(Drop: true),
        ["connection closed in the middle"] = new(Body: "[{\"index\"", Drop: true),
        ["half a character"] = new(200, """{"data":[{"index":0,"label":"\ud800"}],"choices":[{"message":{"content":"\ud800"}}]}"""),
        ["damaged packing"] = new(200, "this is no gzip", [("Content-Encoding", "gzip")]),
        ["no answer in time"] = new(Hang: true),
    };

    readonly LampShop shop = new();

    public void Dispose() => shop.Dispose();

    public static TheoryData<Protocol> AllProtocols => [.. Enum.GetValues<Protocol>()];

    [Theory, MemberData(nameof(AllProtocols))]
    public async Task Mishaps_of_every_kind_lose_and_repeat_nothing(Protocol protocol)
    {
        await using StandIn server = await StandIn.Start();
        var random = new Random(5);
        List<Mishap> left = [.. Enumerable.Repeat(kinds.Values, 2).SelectMany(all => all)]; // each kind twice, at random requests
        server.Mishaps = _ =>
        {
            lock (left)
            {
                if (left.Count == 0 || random.Next(2) == 0) return null;
                int place = random.Next(left.Count);
                Mishap mishap = left[place];
                left.RemoveAt(place);
                if (mishap.Hang) Task.Run(shop.Clock.RunOut);
                return mishap;
            }
        };
        shop.Label(LampShop.Endpoint(server, protocol, batch: 4) with { Pace = new PaceOptions(4, 4, Attempts: 40, TimeoutSeconds: LampShop.Limit) });
        Assert.Empty(left);
        shop.AssertLabelled(); // each pair has one line; a request that ran out of time beside a hanging one may have been answered in vain
        Assert.Equal(Journal().Length, Journal().Select(line => line.Split('\t')[0]).Distinct().Count());
    }

    public static TheoryData<string> KindsThatEndAtOnce => [.. kinds.Where(kind => !kind.Value.Hang).Select(kind => kind.Key)];

    [Theory, MemberData(nameof(KindsThatEndAtOnce))]
    public async Task Every_second_request_may_fail(string kind)
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = number => number % 2 == 0 ? kinds[kind] : null;
        shop.Label(LampShop.Endpoint(server, Protocol.TeiPredict, concurrency: 1));
        shop.AssertLabelled();
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_is_not_asked_before()
    {
        await using StandIn server = await StandIn.Start();
        var came = new List<DateTimeOffset>();
        server.Came = _ => came.Add(shop.Clock.GetUtcNow());
        server.Mishaps = number => number == 1 ? new Mishap(429, "", [("Retry-After", "100")]) : null;
        shop.Label(LampShop.Endpoint(server, Protocol.VllmScore, concurrency: 1));
        Assert.InRange(came[2] - came[1], TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(102));
        Assert.Contains(shop.Notes, note => note.StartsWith("label: waits 100 s as the endpoint asks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_waits_for_ever_for_a_server_that_asks_to_wait_again_and_again()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = _ => new Mishap(429, "later", [("Retry-After", "3000")]);
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.VllmScore, concurrency: 1))).Message;
        Assert.Contains("429 later, and nothing came in 2 hours of waiting as it asks; try again later", message);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task What_a_server_says_is_shown_without_control_characters()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = _ => new Mishap(200, """{"choices":[{"message":{"content":"\u001b[2J\u0007two"}}]}""");
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 1) with { Chat = new ChatOptions(Answer: ChatAnswer.Structured) })).Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.All(shop.Notes, note => Assert.DoesNotContain(note, char.IsControl));
    }

    [Fact]
    public async Task Headers_that_say_that_nothing_is_left_are_obeyed_before_it_comes_to_a_refusal()
    {
        await using StandIn server = await StandIn.Start();
        var came = new List<DateTimeOffset>();
        server.Came = _ => came.Add(shop.Clock.GetUtcNow());
        server.Headers = number => number == 2
            ? [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "6m0s"), ("x-ratelimit-remaining-tokens", "90000"), ("x-ratelimit-reset-tokens", "1h")]
            : [("x-ratelimit-remaining-requests", "50"), ("x-ratelimit-reset-requests", "20ms")];
        shop.Label(LampShop.Endpoint(server, Protocol.VllmScore, concurrency: 1));
        Assert.Equal(TimeSpan.FromMinutes(6), came[3] - came[2]);
        Assert.Equal(TimeSpan.Zero, came[2] - came[0]);
    }

    [Fact]
    public async Task Waits_without_advice_grow_and_end()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = _ => new Mishap(500, "broken <b>\n for good");
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.Jina, concurrency: 1))).Message;
        Assert.Contains("500 broken <b>  for good (8 times)", message);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(8, server.Requests);
        Assert.Contains("label: tries again: 500 broken <b>  for good", shop.Notes);
        Assert.Equal(7, shop.Clock.Waits.Count);
        foreach ((int index, TimeSpan wait) in shop.Clock.Waits.Index()) Assert.InRange(wait.TotalSeconds, Math.Min(60, 1 << index) / 2.0, Math.Min(60, 1 << index));
    }

    [Fact]
    public async Task Waiting_for_a_turn_while_others_get_through_is_no_failure()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = number => number % 6 == 0 ? null : new Mishap(429); // far more refusals in a row than attempts, for some
        shop.Label(LampShop.Endpoint(server, Protocol.Chat, concurrency: 6) with { Pace = new PaceOptions(6, 1, Attempts: 25, TimeoutSeconds: LampShop.Limit) });
        shop.AssertLabelled();
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task After_giving_up_a_second_run_asks_the_rest_alone()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = number => number < 20 ? null : new Mishap(500);
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.VllmClassify);
        Assert.Contains("run the same command again", Assert.Throws<StageFailedException>(() => shop.Label(endpoint)).Message);
        int before = server.Answered.Count;
        Assert.InRange(before, 1, shop.Pairs.Length);
        Assert.False(File.Exists(shop.LabelsFile));

        server.Mishaps = _ => null;
        shop.Label(endpoint);
        shop.AssertLabelled();
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Stopping_keeps_what_was_under_way()
    {
        await using StandIn server = await StandIn.Start();
        using var stop = new CancellationTokenSource();
        server.Came = number =>
        {
            if (number == 30) stop.Cancel();
        };
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.Chat);
        Assert.ThrowsAny<OperationCanceledException>(() => shop.Label(endpoint, stop.Token));
        Assert.Equal(server.Answered.Count, Journal().Length);
        server.Came = _ => { };
        shop.Label(endpoint);
        shop.AssertLabelled();
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_journal_cut_in_the_middle_of_a_line_asks_that_question_again_and_no_other()
    {
        await using StandIn server = await StandIn.Start();
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.Chat);
        shop.Label(endpoint);
        int asked = server.Requests;
        string journal = Directory.GetFiles(shop.Workspace.Answers).Single();
        byte[] bytes = File.ReadAllBytes(journal);
        File.WriteAllBytes(journal, bytes[..^7]);
        File.Delete(shop.LabelsFile); // as if the stage had not ended
        shop.Label(endpoint);
        Assert.Equal(asked + 1, server.Requests);
        shop.AssertLabelled();
        Assert.Equal(bytes.Length, new FileInfo(journal).Length);
    }

    [Fact]
    public async Task A_damaged_line_of_the_journal_is_told_with_its_number()
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, Protocol.Chat));
        string journal = Directory.GetFiles(shop.Workspace.Answers).Single();
        string[] lines = File.ReadAllLines(journal);
        lines[4] = lines[4].Replace("0.9", "nine").Replace("0.05", "five");
        File.WriteAllLines(journal, lines);
        Assert.Contains(".tsv:5: expected a key", Assert.Throws<InputException>(() => shop.Label(LampShop.Endpoint(server, Protocol.Chat) with { MaxCharacters = 1499 })).Message);
    }

    string[] Journal() => [.. File.ReadAllLines(Directory.GetFiles(shop.Workspace.Answers).Single()).Where(line => line[0] != '#')];
}
