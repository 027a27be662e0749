using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;
using Attar.Tensors.Optimizers;

namespace Attar.Models.Tests.Lora;

/// <summary>Fine-tuning through low-rank updates, against plain PyTorch (Fixtures/lora/generate.py) and against itself.</summary>
public sealed class LoraTests : IDisposable
{
    static readonly string fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures");
    static readonly string fixture = Path.Combine(fixtures, "lora"), baseFolder = Path.Combine(fixture, "base"), adapterFolder = Path.Combine(fixture, "adapter");
    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);
    readonly Arena arena = new(), scratch = new();

    [Theory, InlineData(false), InlineData(true)]
    public void A_step_through_updates_agrees_with_PyTorch(bool checkpointing)
    {
        using SafeTensorsFile reference = Reference();
        using PairModel model = Attached();
        Tape tape = NewTape(checkpointing);
        Near(reference, "loss", [Loss(tape, model, reference)]);
        tape.Backward();
        foreach (Parameter parameter in model.Trained) Near(reference, "grad." + PeftName(parameter), parameter.Gradient!.Span);
    }

    [Fact]
    public void Ten_AdamW_steps_agree_with_PyTorch_and_leave_the_base_alone()
    {
        using SafeTensorsFile reference = Reference();
        using PairModel model = Attached();
        float[][] before = [.. Frozen(model).Select(parameter => parameter.Value.Span.ToArray())];
        using var optimizer = new AdamW(model.Trained, new AdamWOptions(ClipNorm: 0));
        var losses = new List<float>();
        for (int step = 0; step < 10; step++)
        {
            Tape tape = NewTape(checkpointing: true);
            losses.Add(Loss(tape, model, reference));
            tape.Backward();
            optimizer.Step(kernels, 1e-2f);
        }
        Near(reference, "step10.losses", [.. losses]);
        foreach (Parameter parameter in model.Trained) Near(reference, "step10." + PeftName(parameter), parameter.Value.Span);
        Assert.Equal(before, [.. Frozen(model).Select(parameter => parameter.Value.Span.ToArray())]);
        Assert.All(Frozen(model), parameter => Assert.Null(parameter.Gradient));
        Assert.Equal(2 * 2 * 7 + 1, optimizer.State.Count());
    }

    [Fact]
    public void The_folder_of_an_adapter_is_its_model_with_the_adapter_merged_in()
    {
        using SafeTensorsFile reference = Reference();
        using PairModel model = ModelStore.Load(adapterFolder);
        Assert.Null(model.Adapter);
        Near(reference, "logits", Logits(model));
    }

    public static TheoryData<string> Decoders => new("llama", "mistral", "qwen2", "qwen3", "gemma2");

    [Theory, MemberData(nameof(Decoders))]
    public void Merged_equals_unmerged_and_adapters_come_back_as_they_were_saved(string name)
    {
        string from = Path.Combine(fixtures, "architectures", name);
        using PairModel model = ModelStore.LoadForGrades(from, [0, .25, 1], seed: 4, trainable: false);
        float[] plain = Logits(model);
        var options = new LoraOptions(3, Targets: ["q_proj", "v_proj", "down_proj"], Dropout: .5f);
        LoraAdapter adapter = model.Adapt(options, seed: 2);
        Assert.Equal(plain, Logits(model)); // B is zero
        var random = new Random(6);
        foreach (Parameter parameter in adapter.Parameters.All)
            foreach (ref float value in parameter.Value.Span) value = random.NextSingle() - .5f;
        float[] unmerged = Logits(model);
        Assert.Contains(plain.Zip(unmerged), pair => Math.Abs(pair.First - pair.Second) > .01f);

        string merged = folder.File("merged"), apart = folder.File("apart"), again = folder.File("again");
        ModelStore.Save(model, merged);
        AdapterFolder.Save(model, apart, from);
        Assert.Equal(unmerged, Logits(model)); // saving changed nothing
        using PairModel whole = ModelStore.Load(merged), joined = ModelStore.Load(apart);
        foreach (PairModel other in new[] { whole, joined })
        {
            Close(unmerged, Logits(other));
            Assert.Equal([0, .25, 1], other.Gains!);
        }
        foreach (Parameter parameter in joined.Adapter == null ? whole.Parameters.All : []) Close(parameter.Value.Span.ToArray(), joined.Parameters[parameter.Name].Value.Span.ToArray());

        AdapterFolder.Save(model, again, from);
        foreach (string file in Directory.GetFiles(apart)) Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(again, Path.GetFileName(file))));
        using PairModel further = ModelStore.LoadForGrades(apart, [0, .25, 1], seed: 5, trainable: false);
        Close(unmerged, Logits(further)); // the same grades: the adapter's own head
        using PairModel anew = ModelStore.LoadForGrades(apart, [0, .1, .2, 1], seed: 5);
        Assert.Equal(4, anew.Labels);
    }

    [Fact]
    public void An_adapter_is_saved_with_the_keys_and_names_of_PEFT()
    {
        using PairModel model = Attached();
        AdapterFolder.Save(model, folder.Path, baseFolder);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using SafeTensorsFile written = SafeTensorsFile.Open(folder.File("adapter_model.safetensors")), peft = SafeTensorsFile.Open(Path.Combine(adapterFolder, "adapter_model.safetensors"));
        Assert.Equal(peft.Names, written.Names);
        Assert.Equal(peft.Names.Select(peft.Shape), written.Names.Select(written.Shape));
        JsonObject own = Config(folder.Path), theirs = Config(adapterFolder);
        foreach ((string key, JsonNode? value) in own.Where(entry => entry.Key is not ("base_model_name_or_path" or "target_modules")))
            Assert.True(theirs.ContainsKey(key) && JsonNode.DeepEquals(value, theirs[key]), key);
        Assert.Equal(theirs["target_modules"]!.AsArray().Select(node => (string)node!), own["target_modules"]!.AsArray().Select(node => (string)node!).Order(StringComparer.Ordinal));
        Assert.Equal(baseFolder, (string?)own["base_model_name_or_path"]);
    }

    [Fact]
    public void A_base_in_the_pages_of_its_file_is_trained_through_updates()
    {
        using SafeTensorsFile reference = Reference();
        using PairModel model = ModelStore.Load(baseFolder, null, trainable: false, mapFrom: 0);
        Attach(model);
        Assert.All(Frozen(model), parameter => Assert.True(parameter.Value.IsReadOnly));
        using var optimizer = new AdamW(model.Trained, new AdamWOptions(ClipNorm: 0));
        Tape tape = NewTape(checkpointing: false);
        Near(reference, "loss", [Loss(tape, model, reference)]);
        tape.Backward();
        optimizer.Step(kernels, 1e-2f);
        ModelStore.Save(model, folder.Path);
        using PairModel whole = ModelStore.Load(folder.Path), joined = ModelStore.Load(adapterFolder, null, trainable: false, mapFrom: 0);
        Close(Logits(model), Logits(whole));
        Near(reference, "logits", Logits(joined));
    }

    [Fact]
    public void Updates_scaled_by_the_root_of_the_rank_are_read_as_such()
    {
        CopyAdapter();
        JsonObject config = Config(folder.Path);
        (config["use_rslora"], config["lora_alpha"]) = (true, 3 * Math.Sqrt(2));
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        using SafeTensorsFile reference = Reference();
        using PairModel model = ModelStore.Load(folder.Path);
        Near(reference, "logits", Logits(model));
    }

    [Theory] // PEFT reads a pattern for the end of a module's name, the first that fits
    [InlineData("""{".*":9}""", true)]
    [InlineData("""{"self_attn\\.[qkvo]_proj":9,"(gate|up|down)_proj":9,"q_proj":1}""", true)]
    [InlineData("""{"q_pro":9,"proj":9}""", false)]
    public void A_pattern_gives_layers_an_alpha_of_their_own(string patterns, bool fits)
    {
        CopyAdapter();
        JsonObject config = Config(folder.Path);
        float[] plain = LogitsOf(config), nine = LogitsOf(new JsonObject(config.DeepClone().AsObject().Select(entry => KeyValuePair.Create(entry.Key, entry.Key == "lora_alpha" ? 9 : entry.Value?.DeepClone()))));
        Assert.NotEqual(plain, nine);
        config["alpha_pattern"] = JsonNode.Parse(patterns);
        Assert.Equal(fits ? nine : plain, LogitsOf(config));

        float[] LogitsOf(JsonObject config)
        {
            File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
            using PairModel model = ModelStore.Load(folder.Path);
            return Logits(model);
        }
    }

    [Fact]
    public void A_model_that_an_adapter_names_as_the_Hub_does_is_found_beside_it_or_where_models_are_kept()
    {
        CopyAdapter();
        JsonObject config = Config(folder.Path);
        config["base_model_name_or_path"] = $"org/{Path.GetFileName(baseFolder)}";
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        Assert.Throws<CheckpointException>(() => AdapterFolder.BaseOf(folder.Path));
        try
        {
            AdapterFolder.Named = name => name == "org/base" ? baseFolder : null;
            Assert.Equal(baseFolder, AdapterFolder.BaseOf(folder.Path));
        }
        finally
        {
            AdapterFolder.Named = _ => null;
        }
        Directory.CreateDirectory(folder.File("base"));
        foreach (string file in Directory.GetFiles(baseFolder)) File.Copy(file, Path.Combine(folder.File("base"), Path.GetFileName(file)));
        Assert.Equal(folder.File("base"), AdapterFolder.BaseOf(folder.Path));
    }

    [Theory]
    [InlineData("lora_bias", "true", "lora_bias: expected false, the file has true")]
    [InlineData("alora_invocation_tokens", "[1]", "alora_invocation_tokens: expected null, the file has [1]")]
    [InlineData("alpha_pattern", """{"(":4}""", "alpha_pattern: (: expected a regular expression as its name, the file has 4")]
    [InlineData("alpha_pattern", """{"q_proj":0}""", "alpha_pattern: q_proj: expected a number above 0, the file has 0")]
    [InlineData("lora_alpha", "0", "lora_alpha: expected a number above 0, the file has 0")]
    [InlineData("peft_type", "\"IA3\"", "peft_type: expected \"LORA\", the file has \"IA3\"")]
    [InlineData("use_dora", "true", "use_dora: expected false, the file has true")]
    [InlineData("bias", "\"all\"", "bias: expected \"none\", the file has \"all\"")]
    [InlineData("base_model_name_or_path", "\"Qwen/Qwen2.5-0.5B\"", "base_model_name_or_path: expected the model that the adapter belongs to, which is neither there nor beside the adapter nor in the store: fetch it (attar pull hf:ORG/NAME), or write its path there, the file has \"Qwen/Qwen2.5-0.5B\"")]
    [InlineData("base_model_name_or_path", "null", "base_model_name_or_path: expected the model that the adapter belongs to")]
    public void An_adapter_that_cannot_be_used_is_refused_in_one_line(string key, string value, string expected)
    {
        CopyAdapter();
        JsonObject config = Config(folder.Path);
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        Refused(expected);
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.lora_magnitude_vector", "tensor base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector: expected lora_A and lora_B of linear layers that the model has")]
    [InlineData("model.layers.7.self_attn.q_proj.lora_A.weight", "tensor base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight: expected lora_A and lora_B of linear layers that the model has")]
    [InlineData(null, "model.layers.1.mlp.up_proj.lora_B.weight")]
    public void A_tensor_too_many_or_too_few_is_refused(string? added, string expected)
    {
        CopyAdapter();
        using (SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(adapterFolder, "adapter_model.safetensors")))
        {
            NamedTensor[] all = [.. file.Names.Where(name => added != null || !name.EndsWith("layers.1.mlp.up_proj.lora_B.weight", StringComparison.Ordinal)).Select(name => new NamedTensor(name, [.. file.Shape(name)], Values(file, name)))];
            SafeTensorsWriter.Write(folder.File("adapter_model.safetensors"), added == null ? all : [.. all, new NamedTensor("base_model.model." + added, [1], new float[1])]);
        }
        Refused(expected);
    }

    /// <summary>A wider base than the one it was trained for.</summary>
    [Fact]
    public void An_adapter_of_another_base_is_refused()
    {
        CopyAdapter();
        using (SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(adapterFolder, "adapter_model.safetensors")))
        {
            SafeTensorsWriter.Write(folder.File("adapter_model.safetensors"), [.. file.Names.Select(name => Wider(name, file.Shape(name)))]);
        }
        Refused(".lora_A.weight: expected ");

        static NamedTensor Wider(string name, IReadOnlyList<long> shape)
        {
            long[] other = name.EndsWith("lora_A.weight", StringComparison.Ordinal) ? [shape[0], 2 * shape[1]] : [.. shape];
            return new(name, other, new float[other[0] * other[1]]);
        }
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused_in_one_line()
    {
        using PairModel model = ModelStore.Load(baseFolder);
        using var encoder = new Encoder(new EncoderConfig(30, 16, 1, 4, 24, 20));
        Assert.Contains("expected some of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, found query", Fault(model, new LoraOptions(Targets: ["query"])), StringComparison.Ordinal);
        Assert.Contains("found none", Fault(model, new LoraOptions(Targets: [])), StringComparison.Ordinal);
        Assert.Contains("expected a whole number from 1, found 0", Fault(model, new LoraOptions(0)), StringComparison.Ordinal);
        Assert.Contains("lora dropout: expected a number from 0 to below 1, found 1", Fault(model, new LoraOptions(Dropout: 1)), StringComparison.Ordinal);
        Assert.Contains("lora alpha", Fault(model, new LoraOptions(Alpha: -1)), StringComparison.Ordinal);
        Assert.Contains("expected a decoder", Fault(encoder, new LoraOptions()), StringComparison.Ordinal);
        Assert.Null(model.Adapter);
        Assert.DoesNotContain(model.Parameters.All, parameter => parameter.Frozen);
    }

    static string Fault(PairModel model, LoraOptions options) => Assert.Throws<InvalidDataException>(() => model.Adapt(options, 1)).Message;

    void Refused(string expected)
    {
        string fault = Assert.Throws<CheckpointException>(() => ModelStore.Load(folder.Path)).Message;
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    /// <summary>The fixture's adapter in a folder of its own.</summary>
    void CopyAdapter()
    {
        JsonObject config = Config(adapterFolder);
        config["base_model_name_or_path"] = baseFolder;
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        File.Copy(Path.Combine(adapterFolder, "adapter_model.safetensors"), folder.File("adapter_model.safetensors"));
    }

    static JsonObject Config(string folder) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;

    static PairModel Attached()
    {
        PairModel model = ModelStore.Load(baseFolder);
        Attach(model);
        return model;
    }

    /// <summary>The fixture's adapter as it is trained.</summary>
    static void Attach(PairModel model)
    {
        model.Adapt(new LoraOptions(2, 6), seed: 1);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(adapterFolder, "adapter_model.safetensors"));
        foreach (Parameter parameter in model.Trained) file.Read(PeftName(parameter), parameter.Value.Span, parameter.Rows, parameter.Columns);
    }

    static IEnumerable<Parameter> Frozen(PairModel model) => model.Parameters.All.Where(parameter => parameter.Name != "score.weight");

    static string PeftName(Parameter parameter) => parameter.Name == "score.weight" ? "base_model.model.score.weight" : parameter.Name;

    static SafeTensorsFile Reference() => SafeTensorsFile.Open(Path.Combine(fixture, "reference.safetensors"));

    static TokenPair[] Pairs()
    {
        using SafeTensorsFile reference = Reference();
        int[] ids = reference.ReadInt32("input.ids"), offsets = reference.ReadInt32("input.offsets");
        return [.. offsets.Zip(offsets.Skip(1), (start, end) => new TokenPair(ids[start..end], new byte[end - start], new byte[end - start]))];
    }

    Tape NewTape(bool checkpointing)
    {
        arena.Reset();
        return new Tape(kernels, arena, training: true, scratch: checkpointing ? scratch : null);
    }

    float Loss(Tape tape, PairModel model, SafeTensorsFile reference)
    {
        Variable logits = model.Logits(tape, PackedBatch.Of(Pairs()));
        return SoftmaxCrossEntropy.Apply(tape, logits, arena.Copy(logits.Rows, logits.Columns, Values(reference, "input.targets")));
    }

    float[] Logits(PairModel model)
    {
        using var scorer = new PairScorer(model, kernels, frozen: true);
        TokenPair[] pairs = Pairs();
        float[] logits = new float[pairs.Length * model.Labels];
        scorer.Logits(pairs, logits);
        return logits;
    }

    static float[] Values(SafeTensorsFile file, string name)
    {
        float[] values = new float[file.Shape(name).Aggregate(1L, (a, b) => a * b)];
        file.Read(name, values);
        return values;
    }

    /// <summary>Within 1e-5 of the largest magnitude.</summary>
    static void Close(float[] expected, float[] actual) => Near("values", expected, actual, 1e-5f);

    static void Near(SafeTensorsFile reference, string name, ReadOnlySpan<float> actual) => Near(name, Values(reference, name), actual, 1e-4f);

    static void Near(string name, float[] expected, ReadOnlySpan<float> actual, float share)
    {
        Assert.Equal(expected.Length, actual.Length);
        float tolerance = share * Math.Max(1e-3f, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{name}[{i}]: expected {expected[i]}, got {actual[i]}");
    }

    public void Dispose()
    {
        folder.Dispose();
        kernels.Dispose();
        arena.Dispose();
        scratch.Dispose();
    }
}
