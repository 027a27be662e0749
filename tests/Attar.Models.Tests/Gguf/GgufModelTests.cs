using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Gguf;

/// <summary>A GGUF file made of a Hugging Face folder is the model that the folder is.</summary>
public sealed class GgufModelTests : IDisposable
{
    static readonly string fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures");

    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);

    public void Dispose()
    {
        folder.Dispose();
        kernels.Dispose();
    }

    public static TheoryData<string, string> Fixtures => new()
    {
        { "llama", "llama" }, { "mistral", "llama" }, { "smollm3", "smollm3" }, { "qwen2", "qwen2" }, { "qwen3", "qwen3" }, { "gemma2", "gemma2" }, { "gemma3", "gemma3" },
    };

    [Theory, MemberData(nameof(Fixtures))]
    public void It_computes_what_the_folder_computes(string name, string architecture)
    {
        string source = Prepared(name);
        JsonObject config = ModelFolder.Open(source).Config;
        var more = new List<(string, object)>();
        if (config["rope_scaling"] is JsonObject scaling && name != "llama")
        {
            more.Add(($"{architecture}.rope.scaling.type", (string)(scaling["type"] ?? scaling["rope_type"])!));
            more.Add(($"{architecture}.rope.scaling.factor", (float)(double)scaling["factor"]!));
            if (scaling["original_max_position_embeddings"] is { } original) more.Add(($"{architecture}.rope.scaling.original_context_length", (uint)(int)original));
        }
        if (name is "mistral" or "gemma2" or "gemma3") more.Add(($"{architecture}.attention.sliding_window", (uint)(int)config["sliding_window"]!));
        if (name == "gemma2") more.AddRange([("gemma2.attn_logit_softcapping", 2f), ("gemma2.final_logit_softcapping", 3f)]);
        if (name == "gemma3") more.AddRange([("gemma3.attention.sliding_window_pattern", 2u), ("gemma3.rope.freq_base_swa", 10f)]);
        string file = folder.File("model.gguf");
        File.WriteAllBytes(file, GgufMaking.Of(source, architecture, more: more));

        using PairModel expected = ModelStore.LoadWithNewHead(source, 3, seed: 1), actual = ModelStore.LoadWithNewHead(file, 3, seed: 1);
        Assert.Equal(((Decoder)expected).Config.Turned ?? [], ((Decoder)actual).Config.Turned ?? []);
        Assert.Equal(((Decoder)expected).Config.Windows ?? [], ((Decoder)actual).Config.Windows ?? []);
        Expectation.Near(Logits(expected), Logits(actual), 1e-5);
        ModelStore.Save(actual, folder.File("saved"));
        using PairModel saved = ModelStore.Load(folder.File("saved"));
        Expectation.Near(Logits(actual), Logits(saved), 1e-6);
    }

    [Fact]
    public void Divisors_of_rotary_frequencies_become_the_numbers_that_they_follow_from()
    {
        string source = Prepared("llama", config => config["rope_scaling"] = JsonNode.Parse("""{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8}"""));
        using PairModel expected = ModelStore.LoadWithNewHead(source, 3, seed: 1);
        // 1 / ((1 - kept) / 8 + kept), kept = (8 θ^-i / 2π - 1) / 3 within 0..1, for the two pairs of a head
        double kept = (8 / (2 * Math.PI) - 1) / 3;
        float[] divisors = [(float)(1 / ((1 - kept) / 8 + kept)), 8];
        File.WriteAllBytes(folder.File("model.gguf"), WithDivisors(source, divisors));
        using PairModel actual = ModelStore.LoadWithNewHead(folder.File("model.gguf"), 3, seed: 1);
        Assert.Equal(new RopeScaling.Llama3(8, 1, 4, 8), Assert.IsType<Decoder>(actual).Config.Scaling);
        Expectation.Near(Logits(expected), Logits(actual), 1e-5);

        File.WriteAllBytes(folder.File("model.gguf"), WithDivisors(source, [1.5f, 3]));
        Assert.Contains("rope_freqs.weight: expected the divisors of Llama 3.1's rotary positions", Assert.Throws<CheckpointException>(() => ModelStore.LoadWithNewHead(folder.File("model.gguf"), 3, seed: 1)).Message);
    }

    [Theory, InlineData(GgufCraft.F16, NumberFormat.Float16), InlineData(GgufCraft.Q8_0, NumberFormat.Q8_0)]
    public void Matrices_stay_as_they_are_unless_they_are_to_be_trained(uint type, NumberFormat format)
    {
        string file = Random(type);
        foreach (long mapFrom in (long[])[0, long.MaxValue])
        {
            using PairModel kept = ModelStore.Load(file, 3, trainable: false, mapFrom, narrow: true), wide = ModelStore.Load(file, 3, trainable: true, mapFrom);
            foreach (PairModel model in new[] { kept, wide }) model.Parameters.InitializeFresh(1);
            Assert.All(kept.Parameters.All, parameter => Assert.Equal(parameter.Rows > 1 && parameter.Name != "score.weight" ? format : NumberFormat.Float32, parameter.Value.Format));
            Assert.All(wide.Parameters.All, parameter => Assert.Equal(NumberFormat.Float32, parameter.Value.Format));
            Assert.Equal(mapFrom == 0, kept.Parameters["model.layers.0.mlp.up_proj.weight"].Value.IsReadOnly);
            Expectation.Near(Logits(wide), Logits(kept), 1e-5);
        }
    }

    [Fact]
    public void An_adapter_beside_it_is_found_again()
    {
        string file = Random(GgufCraft.Q8_0), adapter = folder.File("adapter");
        float[] expected;
        using (PairModel model = ModelStore.LoadForGrades(file, [0, .5, 1], seed: 1, trainable: false))
        {
            model.Adapt(new LoraOptions(2), seed: 2);
            var random = new Random(3);
            foreach (var parameter in model.Adapter!.Parameters.All)
                foreach (ref float value in parameter.Value.Span) value = random.NextSingle() - .5f;
            AdapterFolder.Save(model, adapter, file);
            expected = Logits(model);
        }
        using PairModel read = ModelStore.Load(adapter);
        Assert.Equal(NumberFormat.Q8_0, read.Parameters["model.embed_tokens.weight"].Value.Format);
        Assert.Equal([0, .5, 1], read.Gains!);
        Expectation.Near(expected, Logits(read), 1e-5);
    }

    [Fact]
    public void A_folder_without_config_stands_for_its_one_file()
    {
        string file = Random(GgufCraft.F16);
        using (PairModel model = ModelStore.LoadForScore(folder.Path, seed: 1)) Assert.Equal(1, model.Labels);
        File.Copy(file, folder.File("other.gguf"));
        Assert.Equal($"{folder.Path}: expected one .gguf file, the folder has model.gguf, other.gguf: name the file instead", Assert.Throws<CheckpointException>(() => ModelStore.LoadForScore(folder.Path, seed: 1)).Message);
    }

    [Fact]
    public void It_has_no_head_for_scores_of_its_own() =>
        Assert.Contains("the model has no head for scores yet; train one from it (attar teach), or ask it (--pair-template 'Query: {query}\\nProduct", Assert.Throws<CheckpointException>(() => ModelStore.Load(Random(GgufCraft.F32))).Message);

    /// <summary>A fixture's folder, without what a GGUF file does not say.</summary>
    string Prepared(string name, Action<JsonObject>? change = null)
    {
        string to = folder.File(name);
        Directory.CreateDirectory(to);
        foreach (string path in Directory.EnumerateFiles(Path.Combine(fixtures, name), "model*")) File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
        JsonObject config = ModelFolder.Open(Path.Combine(fixtures, name)).Config;
        if (name == "llama") config.Remove("rope_scaling"); // kept in a tensor
        if (name.StartsWith("qwen", StringComparison.Ordinal)) config["use_sliding_window"] = false;
        if (name == "qwen3") config.Remove("layer_types");
        if (name == "smollm3") config["no_rope_layer_interval"] = 4;
        if (name.StartsWith("gemma", StringComparison.Ordinal)) config["query_pre_attn_scalar"] = 4;
        change?.Invoke(config);
        config["tie_word_embeddings"] = true;
        File.WriteAllText(Path.Combine(to, "config.json"), config.ToJsonString());
        return to;
    }

    static byte[] WithDivisors(string source, float[] divisors) =>
        GgufMaking.Of(source, "llama", extra: [new GgufCraft.Tensor("rope_freqs.weight", [(ulong)divisors.Length], GgufCraft.F32, GgufMaking.Bytes(divisors, GgufCraft.F32))]);

    /// <summary>A small random Llama.</summary>
    string Random(uint type)
    {
        using var model = new Decoder(new DecoderConfig(64, 32, 2, 4, 2, 64, 128, Overlap: OverlapMarks.None));
        model.Parameters.Initialize(5, .3f);
        string source = Directory.CreateTempSubdirectory("attar-test-").FullName;
        ModelStore.Save(model, source);
        File.WriteAllBytes(folder.File("model.gguf"), GgufMaking.Of(source, "llama", type));
        Directory.Delete(source, recursive: true);
        return folder.File("model.gguf");
    }

    float[] Logits(PairModel model)
    {
        var random = new Random(4);
        TokenPair[] pairs = [.. new[] { 3, 11, 6 }.Select(length => new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(model.VocabularySize))], new byte[length], new byte[length]))];
        using var scorer = new PairScorer(model, kernels, frozen: true);
        float[] logits = new float[pairs.Length * model.Labels];
        scorer.Logits(pairs, logits);
        return logits;
    }
}
