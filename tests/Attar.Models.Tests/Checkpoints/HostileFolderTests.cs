using System.Diagnostics;
using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tests.Tokenizers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Folders that somebody made to cost more than they should, or to reach into memory.</summary>
public sealed class HostileFolderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    void Change(string key, JsonNode? value)
    {
        string path = Path.Combine(folder, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        JsonObject at = key.StartsWith("attar.", StringComparison.Ordinal) ? (JsonObject)config["attar"]! : config;
        at[key.Split('.')[^1]] = value;
        File.WriteAllText(path, config.ToJsonString());
    }

    public static TheoryData<string, int> Sizes => new(
        from key in new[] { "num_hidden_layers", "vocab_size", "hidden_size", "intermediate_size", "max_position_embeddings" } from size in new[] { int.MaxValue, 1_000_000_000, 0, -1 } select (key, size));

    [Theory, MemberData(nameof(Sizes))]
    public void A_size_that_no_model_has_is_told_before_memory_is_taken(string key, int size)
    {
        using (var model = new Decoder(new DecoderConfig(30, 16, 1, 4, 2, 24, 20)))
        {
            model.Parameters.Initialize(1);
            ModelStore.Save(model, folder);
        }
        Change("model_type", "mistral");
        Change("sliding_window", 8);
        Change(key, size);
        long before = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        string message = Assert.Throws<CheckpointException>(() => ModelStore.Load(folder)).Message;
        Assert.Contains(key, message);
        Assert.DoesNotContain('\n', message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16 << 20);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Theory, InlineData("[0]"), InlineData("[0,1,2]"), InlineData("[0,0,0]"), InlineData("[0,-1,1]"), InlineData("[0,\"a\",1]"), InlineData("[]"), InlineData("{}"), InlineData("[null,0,1]"), InlineData("[0,0.5,1,1]")]
    public void Gains_are_one_number_for_each_grade(string gains)
    {
        using (var model = new Decoder(new DecoderConfig(30, 16, 1, 4, 2, 24, 20, Labels: 3)) { Gains = [0, .5, 1] })
        {
            model.Parameters.Initialize(1);
            ModelStore.Save(model, folder);
        }
        Change("attar.gains", JsonNode.Parse(gains));
        Assert.Contains("attar.gains", Assert.Throws<CheckpointException>(() => ModelStore.Load(folder)).Message);
    }

    [Theory, InlineData("1e999"), InlineData("\"\\ud800\"")]
    public void A_number_without_bounds_and_half_a_character_are_no_JSON(string value)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""{"model_type": "bert", "hidden_size": {{value}}}""");
        Assert.Contains("config.json: expected a model's configuration in JSON", Assert.Throws<CheckpointException>(() => ModelStore.Load(folder)).Message);
    }

    static Tokenizer Framed(int id, string content = "[CLS]") => FixtureTokenizers.Load($$$"""
        {"added_tokens": [{"id": {{{id}}}, "content": "{{{content}}}", "special": true}],
         "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0} }, {"Sequence": {"id": "A", "type_id": 0} }],
           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0} }, {"Sequence": {"id": "A", "type_id": 0} }, {"SpecialToken": {"id": "[CLS]", "type_id": 0} }, {"Sequence": {"id": "B", "type_id": 1} }],
           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [{{{id}}}], "tokens": ["[CLS]"]} } },
         "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1} } }
        """);

    [Theory, InlineData(30), InlineData(1_000_000_000), InlineData(int.MaxValue), InlineData(-1)]
    public void A_token_beyond_the_table_is_refused_before_anything_is_read_with_it(int id)
    {
        using var model = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20));
        Assert.Throws<InvalidDataException>(() => ModelText.Of(model, Framed(id)));
    }

    [Fact]
    public void A_token_of_the_table_is_not() => Assert.Equal(5, ModelText.Of(new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20)), Framed(29)).Encode("a", [new("", "a")]).Ids.Length + 1);

    [Theory, InlineData("(a+)+$"), InlineData("(a|aa)+$"), InlineData("(.*a){20}b")]
    public void A_pattern_that_never_ends_is_stopped(string pattern)
    {
        string split = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false }.ToJsonString();
        Tokenizer tokenizer = FixtureTokenizers.Load($$"""{"pre_tokenizer": {{split}}, "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0} } }""");
        var clock = Stopwatch.StartNew();
        Assert.Contains("took more than 1 s on one text", Assert.Throws<InvalidDataException>(() => tokenizer.Encode(new string('a', 40) + "!", [])).Message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20)); // a bound is tested, not a speed
    }
}
