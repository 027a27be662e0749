using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Layers;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>The ways in which folders of Gemma 3 say the same; what it computes is compared in <see cref="ArchitectureTests"/>.</summary>
public sealed class Gemma3FolderTests : IDisposable
{
    static readonly string fixture = Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures", "gemma3");

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Layers_with_a_window_turn_by_a_base_of_their_own_that_is_not_scaled()
    {
        DecoderConfig config = ConfigOf(_ => { });
        Assert.Equal([4, 0], config.Windows!);
        Assert.Equal((1000, new RopeScaling.Linear(2), 10), (config.RopeTheta, config.Scaling, config.LocalTheta));
    }

    [Fact]
    public void The_keys_of_transformers_5_say_the_same()
    {
        DecoderConfig before = ConfigOf(_ => { }), config = ConfigOf(config =>
        {
            foreach (string key in new[] { "rope_theta", "rope_local_base_freq", "rope_scaling", "sliding_window_pattern" }) config.Remove(key);
            config["layer_types"] = new JsonArray("sliding_attention", "full_attention");
            config["rope_parameters"] = JsonNode.Parse("""{"full_attention":{"rope_theta":1000.0,"rope_type":"linear","factor":2.0},"sliding_attention":{"rope_theta":10.0,"rope_type":"default"}}""");
        });
        Assert.Equal(before.Windows!, config.Windows!);
        Assert.Equal(before, config with { Windows = before.Windows });
    }

    [Fact]
    public void What_a_folder_leaves_out_is_as_transformers_fills_it_in()
    {
        // as google/gemma-3-4b-it says it, but for the sizes
        var published = (JsonObject)JsonNode.Parse("""{"model_type":"gemma3_text","hidden_size":16,"intermediate_size":8,"num_hidden_layers":7,"vocab_size":10,"rope_scaling":{"factor":8.0,"rope_type":"linear"},"sliding_window":1024}""")!;
        using var model = (Decoder)DecoderFolders.Gemma3(new ModelFolder(published), new HeadChoice(1, Fresh: true), new ParameterSet());
        Assert.Equal((8, 4, 256, 131_072), (model.Config.Heads, model.Config.KeyHeads, model.Config.HeadSize, model.Config.MaxPositions));
        Assert.Equal([1024, 1024, 1024, 1024, 1024, 0, 1024], model.Config.Windows!);
        Assert.Equal((1_000_000, new RopeScaling.Linear(8), 10_000), (model.Config.RopeTheta, model.Config.Scaling, model.Config.LocalTheta));
        Assert.Equal((1 / 16f, 4, 0, 0), (model.Config.QueryScale, model.Config.EmbeddingScale, model.Config.AttentionCap, model.Config.LanguageCap));
    }

    [Theory, InlineData("language_model.model."), InlineData("model.language_model."), InlineData("language_model.")]
    public void A_multimodal_folder_is_read_as_its_text_model_and_saved_as_one(string prefix)
    {
        Wrap(prefix);
        string saved = folder.File("saved");
        using (PairModel model = ModelStore.Load(folder.Path))
        {
            Assert.Equal(3, model.Labels);
            ModelStore.Save(model, saved);
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(fixture, "model.safetensors")), File.ReadAllBytes(Path.Combine(saved, "model.safetensors")));
        JsonObject config = ModelFolder.Open(saved, "config.json").Config;
        foreach ((string key, JsonNode? value) in ModelFolder.Open(fixture).Config) Assert.True(JsonNode.DeepEquals(value, config[key]), key);
        Assert.Equal("Gemma3TextForSequenceClassification", (string?)config["architectures"]![0]);
        Assert.False(config.ContainsKey("vision_config"));
    }

    [Fact]
    public void A_multimodal_language_model_gets_a_fresh_head()
    {
        Wrap("language_model.model.", head: false);
        Assert.Contains("no head for scores yet", Assert.Throws<CheckpointException>(() => ModelStore.Load(folder.Path)).Message, StringComparison.Ordinal);
        using PairModel model = ModelStore.LoadForScore(folder.Path, seed: 1);
        Assert.Equal(1, model.Labels);
    }

    [Theory]
    [InlineData("text_config", "null", "config.json: text_config: expected an object, the configuration of the text model, the file has none")]
    [InlineData("text_config", """{"model_type":"gemma3n_text"}""", "config.json: text_config: model_type: expected \"gemma3_text\", the file has \"gemma3n_text\"")]
    [InlineData("text_config", """{"num_attention_heads":"8"}""", "config.json: text_config: num_attention_heads: expected a whole number, the file has \"8\"")]
    public void A_multimodal_folder_without_a_text_model_is_refused_in_one_line(string key, string value, string expected)
    {
        Wrap("language_model.model.");
        JsonObject config = ModelFolder.Open(folder.Path, "config.json").Config;
        config[key] = JsonNode.Parse(value);
        ModelFolder.WriteJson(folder.File("config.json"), config);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => ModelStore.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    DecoderConfig ConfigOf(Action<JsonObject> change)
    {
        JsonObject config = ModelFolder.Open(fixture).Config;
        change(config);
        File.Copy(Path.Combine(fixture, "model.safetensors"), folder.File("model.safetensors"), overwrite: true);
        ModelFolder.WriteJson(folder.File("config.json"), config);
        using var model = (Decoder)ModelStore.Load(folder.Path);
        return model.Config;
    }

    /// <summary>Makes the fixture's model the text part of a multimodal one.</summary>
    void Wrap(string prefix, bool head = true)
    {
        JsonObject text = ModelFolder.Open(fixture).Config, outer = new()
        {
            ["architectures"] = new JsonArray("Gemma3ForConditionalGeneration"),
            ["model_type"] = "gemma3",
            ["image_token_index"] = 12,
            ["vision_config"] = new JsonObject { ["hidden_size"] = 16, ["model_type"] = "siglip_vision_model" },
            ["text_config"] = text,
        };
        foreach (string key in new[] { "id2label", "torch_dtype", "eos_token_id" })
        {
            outer[key] = text[key]!.DeepClone();
            text.Remove(key);
        }
        using (PairModel model = ModelStore.Load(fixture))
            SafeTensorsWriter.Write(folder.File("model.safetensors"),
            [
                .. model.Parameters.Stored().Where(tensor => head || tensor.Name != "score.weight")
                    .Select(tensor => tensor with { Name = tensor.Name.StartsWith("model.", StringComparison.Ordinal) ? prefix + tensor.Name["model.".Length..] : tensor.Name }),
                new NamedTensor("vision_tower.embeddings.position_embedding.weight", [2, 2], () => new float[4]),
            ]);
        ModelFolder.WriteJson(folder.File("config.json"), outer);
    }
}
