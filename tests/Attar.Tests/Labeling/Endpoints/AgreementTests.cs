using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling;
using Attar.Labeling.Endpoints;

namespace Attar.Tests.Labeling.Endpoints;

public sealed class AgreementTests : IDisposable
{
    readonly LampShop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public void Figures_of_three_pairs()
    {
        var scale = new GradeScale([0, .5, 1], 1.5);
        Judgment[] judgments = [new("a", "1", 0), new("a", "2", 1.6), new("b", "1", 1)];
        Agreement agreement = Agreement.Of(scale, judgments, [[.9, .1, 0], [0, .2, .8], [.1, .8, .1]], seed: 1);
        Assert.Equal([[1, 0, 0], [0, 1, 0], [0, 0, 1]], agreement.Confusion); // 1.6 is nearest to 2
        Assert.Equal(1, agreement.Kappa);
        Assert.Equal((.05 + .9 + .5) / 3, agreement.Promised, 1e-12);
        Assert.Equal((0 + .8 + .5) / 3, agreement.Judged, 1e-12);
        Assert.Equal((.05 + .1 + 0) / 3, agreement.CalibrationError, 1e-12);
        Assert.Contains("only 3 judged pairs", agreement.Refusal(new TrustOptions()));
    }

    [Theory]
    [InlineData(new[] { .6, .2, .2 }, 0), InlineData(new[] { .4, .3, .3 }, 1), InlineData(new[] { .3, .1, .6 }, 2), InlineData(new[] { 0, 0, .4 }, 2)]
    public void The_teachers_grade_is_the_middle_of_its_distribution(double[] distribution, int grade)
    {
        Agreement agreement = Agreement.Of(new GradeScale([0, .5, 1], 1.5), [new("a", "1", 0)], [distribution], seed: 1);
        Assert.Equal(grade, Array.IndexOf(agreement.Confusion[0], 1));
    }

    [Fact]
    public async Task A_teacher_that_disagrees_with_people_is_refused_with_the_numbers_and_labels_nothing()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (query, document) => StandIn.Sure((StandIn.Overlap(query, document) + document.Length) % 3);
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.VllmClassify))).Message;
        Assert.Matches(@"refused: weighted kappa -?0\.\d{3} is below 0\.4; agreement with people on 48 dev pairs: weighted kappa -?0\.\d{3} \(95 % -?[\d.]+ to [\d.]+\), calibration error 0\.\d{3}", message);
        Assert.Contains("--accept-any", message);
        Assert.False(File.Exists(shop.LabelsFile));
        JsonNode agreement = JsonNode.Parse(File.ReadAllText(Path.Combine(shop.Workspace.Audit, "agreement.json")))!;
        Assert.Equal(48, (int)agreement["pairs"]!);
        Assert.Equal(48, agreement["confusion"]!.AsArray().Sum(row => row!.AsArray().Sum(count => (int)count!)));
        Assert.Equal(48, server.Answered.Count); // the measurement alone
        Assert.Contains(shop.Notes, note => note.Contains("people \\ teacher"));
    }

    [Fact]
    public async Task Told_to_accept_any_it_labels_all_the_same_and_asks_nothing_twice()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (_, _) => StandIn.Sure(1);
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.VllmClassify);
        Assert.Contains("weighted kappa 0.000 is below 0.4", Assert.Throws<StageFailedException>(() => shop.Label(endpoint)).Message);
        shop.Label(endpoint with { Trust = new TrustOptions(AcceptAny: true) });
        Assert.Equal(shop.Pairs.Length, LabelStore.Read(shop.Workspace.Labels).Count());
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
        Assert.Contains(shop.Notes, note => note.StartsWith("label: labels used all the same", StringComparison.Ordinal));
        Assert.Equal(0, LabelManifest.Read(shop.Workspace.Labels).Endpoint!.Kappa);
    }

    [Fact]
    public async Task A_lower_bar_is_an_option_too()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (query, document) => StandIn.Sure(document.Length % 2 == 0 ? StandIn.Overlap(query, document) : 0);
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.VllmClassify) with { Trust = new TrustOptions(MinKappa: .95) };
        Assert.Contains("is below 0.95", Assert.Throws<StageFailedException>(() => shop.Label(endpoint)).Message);
        shop.Label(endpoint with { Trust = new TrustOptions(MinKappa: .1) });
        Assert.InRange(LabelManifest.Read(shop.Workspace.Labels).Endpoint!.Kappa!.Value, .1, .95);
    }

    [Fact]
    public async Task Without_judged_dev_pairs_nothing_is_used_untested()
    {
        using var small = new LampShop(devQueries: 2);
        await using StandIn server = await StandIn.Start();
        Assert.Contains("only 12 judged pairs in the dev split", Assert.Throws<StageFailedException>(() => small.Label(LampShop.Endpoint(server, Protocol.Jina))).Message);
    }

    [Fact]
    public async Task A_reranker_whose_scores_say_nothing_is_refused()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (_, document) => StandIn.Sure(document.Length % 3);
        Assert.Contains("refused", Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.TeiRerank))).Message);
    }

    [Fact]
    public async Task A_budget_of_nothing_tells_the_estimate_and_asks_nothing()
    {
        await using StandIn server = await StandIn.Start();
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.Chat) with { Price = new PriceOptions(Input: 2, Output: 10, Requests: 1, TokenBudget: 0) };
        string message = Assert.Throws<InputException>(() => shop.Label(endpoint)).Message;
        Assert.Matches(@"240 questions to ask: about 240 requests, \d+,\d{3} tokens in and 240 out, cost 0\.\d+", message);
        Assert.Equal(0, server.Requests);
        Assert.False(Directory.Exists(shop.Workspace.Labels));
    }

    [Fact]
    public async Task What_was_spent_is_told_for_the_run_and_in_all()
    {
        await using StandIn server = await StandIn.Start();
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.Chat) with { Price = new PriceOptions(Input: 1000, Output: 2000) };
        shop.Label(endpoint);
        Assert.Contains("label: spent in this run 240 requests, 12,000 tokens in and 240 out, cost 12.48; in all 240 requests, 12,000 tokens in and 240 out, cost 12.48", shop.Notes);
        File.Delete(shop.LabelsFile);
        shop.Label(endpoint);
        Assert.Contains("label: 0 questions to ask: about 0 requests, 0 tokens in and 0 out", shop.Notes);
        Assert.Contains("label: spent in this run 0 requests, 0 tokens in and 0 out; in all 240 requests, 12,000 tokens in and 240 out, cost 12.48", shop.Notes);
    }

    [Fact]
    public async Task A_budget_that_runs_out_on_the_way_stops_and_keeps_what_there_is()
    {
        await using StandIn server = await StandIn.Start();
        server.TokensOfText = 100; // far more than the estimate
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.VllmClassify, concurrency: 1) with { Price = new PriceOptions(TokenBudget: 5000) };
        Assert.Contains("the token budget of 5000 is spent", Assert.Throws<StageFailedException>(() => shop.Label(endpoint)).Message);
        Assert.InRange(server.Answered.Count, 50, 54);
        shop.Label(endpoint with { Price = new PriceOptions(TokenBudget: 50_000) });
        shop.AssertLabelled();
        Assert.Equal(24_000, LabelManifest.Read(shop.Workspace.Labels).Endpoint!.TokensIn);
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
    }
}
