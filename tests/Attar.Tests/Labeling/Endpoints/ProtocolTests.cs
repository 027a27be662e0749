using System.Text.Json.Nodes;
using Attar.Endpoints;
using Attar.Labeling;
using Attar.Labeling.Endpoints;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Endpoints;

public sealed class ProtocolTests : IDisposable
{
    readonly LampShop shop = new();

    public void Dispose() => shop.Dispose();

    [Theory]
    [InlineData(Protocol.VllmClassify), InlineData(Protocol.VllmScore), InlineData(Protocol.TeiRerank), InlineData(Protocol.TeiPredict)]
    [InlineData(Protocol.Cohere), InlineData(Protocol.Jina), InlineData(Protocol.Chat)]
    public async Task Every_pair_is_asked_once_and_labelled_as_the_server_thinks(Protocol protocol)
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, protocol));
        shop.AssertLabelled();
        Assert.All(server.Answered.Values, count => Assert.Equal(1, count));
        Assert.All(server.Bodies, body => Assert.Equal("m", (string)body["model"]!));
        LabelManifest manifest = LabelManifest.Read(shop.Workspace.Labels);
        Assert.Equal(shop.Pairs.Length, manifest.Count);
        Assert.Equal(1, manifest.Endpoint!.Kappa!.Value, 1e-9);
        if (protocol is not (Protocol.TeiRerank or Protocol.TeiPredict)) Assert.True(manifest.Endpoint.TokensIn > 0);
    }

    [Fact]
    public async Task A_distribution_comes_through_as_it_is()
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, Protocol.TeiPredict));
        string line = File.ReadLines(shop.LabelsFile).Skip(1).First(line => line.Contains("\t0.0500\t0.0500\t0.9000\t"));
        Assert.Equal(Math.Log(.925 / .075), double.Parse(line.Split('\t')[2]), 1e-5); // gain .05 · .5 + .9
    }

    [Fact]
    public async Task A_batch_never_exceeds_its_size_nor_mixes_queries_where_the_interface_has_one()
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, Protocol.TeiRerank, batch: 5));
        Assert.All(server.Bodies, body => Assert.InRange(body["texts"]!.AsArray().Count, 1, 5));
        Assert.Contains(server.Bodies, body => body["texts"]!.AsArray().Count == 5);
    }

    [Fact]
    public async Task Extra_fields_join_and_null_takes_away()
    {
        await using StandIn server = await StandIn.Start();
        shop.Label(LampShop.Endpoint(server, Protocol.Chat) with { Extra = JsonNode.Parse("""{"max_tokens": null, "max_completion_tokens": 5, "chat_template_kwargs": {"enable_thinking": false}}""")!.AsObject() });
        Assert.All(server.Bodies, body => Assert.False(body.AsObject().ContainsKey("max_tokens")));
        Assert.All(server.Bodies, body => Assert.False((bool)body["chat_template_kwargs"]!["enable_thinking"]!));
    }

    [Fact]
    public async Task Texts_of_every_kind_arrive_as_they_are()
    {
        const string Hard = "½ in. «lamp» \"5\" 灯 💡 \ud800 \u0001";
        await using StandIn server = await StandIn.Start();
        server.Opinion = (_, _) => StandIn.Sure(1);
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.TeiPredict);
        using var client = new EndpointClient(endpoint.Access, new Uri(server.Address + "/predict"), new StageContext(shop.Workspace, 1, 1, shop, shop.Clock, default));
        await TeacherProtocols.Of(Protocol.TeiPredict, endpoint, 3, null).Ask([new Question("", Hard, "x" + Hard, [])], client, default);
        string arrived = Hard.Replace('\ud800', '\ufffd'); // half a pair of surrogates is no character
        Assert.Equal([arrived, "x" + arrived], server.Bodies.Single()["inputs"]![0]!.AsArray().Select(text => (string)text!));
    }

    [Fact]
    public void A_recipe_names_an_endpoint_with_all_its_options()
    {
        const string Json = """
            { "name": "r", "stages": [ { "stage": "label", "teacher": {
              "url": "http://localhost:8000", "protocol": "vllm-classify", "model": "m", "keyVariable": "KEY", "extra": { "seed": 1 },
              "chat": { "shots": 2, "answer": "structured" }, "pace": { "concurrency": 2 }, "trust": { "minKappa": 0.5 }, "price": { "tokenBudget": 1000 } } } ] }
            """;
        var stage = (LabelStage)RecipeFile.Parse("r.json", Json, ["stages.label.teacher.trust.minKappa=0.6"], StageTypes.All).Stages.Single();
        Assert.Equal((Protocol.VllmClassify, ChatAnswer.Structured, 2, .6, 1000L), (stage.Teacher!.Protocol, stage.Teacher.Chat!.Answer, stage.Teacher.Pace!.Concurrency, stage.Teacher.Trust!.MinKappa, stage.Teacher.Price!.TokenBudget));
        Assert.Equal("""{"seed":1}""", stage.Teacher.Extra!.ToJsonString());
        Assert.Contains("$.stages[0].teacher.chat.shot: unknown key", Assert.Throws<InputException>(() => RecipeFile.Parse("r.json", Json.Replace("shots", "shot"), [], StageTypes.All)).Message);
    }

    [Fact]
    public async Task Classes_of_another_number_are_refused_with_what_to_do()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (_, _) => [.5, .5];
        string message = Assert.Throws<StageFailedException>(() => shop.Label(LampShop.Endpoint(server, Protocol.VllmClassify, concurrency: 1))).Message;
        Assert.Contains("the model has 2 classes; expected 3", message);
        Assert.Equal(1, server.Requests); // asking again would not help
    }

    [Fact]
    public async Task Classes_with_names_of_their_own_are_told_by_labels()
    {
        await using StandIn server = await StandIn.Start();
        TeacherEndpoint endpoint = LampShop.Endpoint(server, Protocol.TeiPredict);
        Assert.Contains("--labels", Assert.Throws<StageFailedException>(() => shop.Label(endpoint with { Labels = ["none", "some", "all"] })).Message);
        shop.Label(endpoint with { Labels = ["LABEL_2", "LABEL_1", "LABEL_0"], Trust = new TrustOptions(AcceptAny: true) });
        Assert.True(LabelManifest.Read(shop.Workspace.Labels).Endpoint!.Kappa < -.5); // the grades upside down
    }

    [Theory]
    [InlineData("http://h:1", Protocol.VllmClassify, "http://h:1/classify")]
    [InlineData("http://h:1/", Protocol.Chat, "http://h:1/v1/chat/completions")]
    [InlineData("https://h/v1", Protocol.Chat, "https://h/v1/chat/completions")]
    [InlineData("https://h/api/v1/", Protocol.Jina, "https://h/api/v1/rerank")]
    [InlineData("https://h/deployments/d/chat/completions?api-version=1", Protocol.Chat, "https://h/deployments/d/chat/completions?api-version=1")]
    [InlineData("http://h/proxy", Protocol.Cohere, "http://h/proxy/v2/rerank")]
    [InlineData("http://h/v1/chat/completions", null, "http://h/v1/chat/completions")]
    [InlineData("http://h/v2/rerank", null, "http://h/v2/rerank")]
    [InlineData("http://h/predict", null, "http://h/predict")]
    public void An_address_is_completed_by_what_it_lacks(string url, Protocol? given, string expected) =>
        Assert.Equal(expected, ProtocolList.Find(new Uri(url), given)!.Value.Address.ToString());

    [Fact]
    public void An_address_that_tells_no_protocol_lists_them()
    {
        string message = Assert.Throws<InputException>(() => shop.Label(new TeacherEndpoint("http://localhost:8000"))).Message;
        Assert.Contains("vllm-classify, vllm-score, tei-predict, cohere, jina, tei-rerank, chat", message);
    }
}
