using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Each architecture from a Hugging Face folder with every feature on, against PyTorch and the published equations, within 1e-4 of the largest magnitude of each tensor (Fixtures/architectures/generate.py).</summary>
public sealed class ArchitectureTests : IDisposable
{
    static readonly string fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures");
    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);
    readonly Arena arena = new();

    public static TheoryData<string> All => new(Directory.GetDirectories(fixtures).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    /// <summary>Those whose files hold float32 in one piece, as Attar writes them.</summary>
    public static TheoryData<string> Plain => new("camembert", "distilbert", "electra", "modernbert", "modernbert-mean", "llama", "smollm3", "qwen3", "gemma2", "gemma3");

    public void Dispose()
    {
        folder.Dispose();
        kernels.Dispose();
        arena.Dispose();
    }

    [Theory, MemberData(nameof(All))]
    public void Logits_loss_and_gradients_agree_with_PyTorch(string name)
    {
        using PairModel model = ModelStore.Load(Folder(name));
        using var reference = new Reference(Folder(name));
        CheckLogits(model, reference);

        var tape = new Tape(kernels, arena, training: true);
        Near(reference, "loss", [Loss(tape, model.Logits(tape, reference.Batch), reference.Floats("input.targets"))]);
        tape.Backward();
        foreach (string gradient in reference.Names.Where(tensor => tensor.StartsWith("grad.", StringComparison.Ordinal)))
            Near(reference, gradient, GradientOf(model, gradient["grad.".Length..]));
    }

    [Theory, MemberData(nameof(All))]
    public void Mapped_weights_give_the_same_logits_and_can_be_trained_while_the_file_stays(string name)
    {
        CopyFolder(name, folder.Path);
        byte[] before = File.ReadAllBytes(Directory.GetFiles(folder.Path, "model*.safetensors").Order(StringComparer.Ordinal).First());
        using PairModel model = ModelStore.Load(folder.Path, null, trainable: true, mapFrom: 0);
        using var reference = new Reference(Folder(name));
        CheckLogits(model, reference);
        foreach (Parameter parameter in model.Parameters.All) kernels.Fill(parameter.Value, 0);
        Assert.Equal(before, File.ReadAllBytes(Directory.GetFiles(folder.Path, "model*.safetensors").Order(StringComparer.Ordinal).First()));
        ModelStore.Save(model, folder.Path); // over the file that is mapped
        using var written = SafeTensorsFile.Open(Path.Combine(folder.Path, "model.safetensors"));
        Assert.All(written.Names, tensor => Assert.All(Values(written, tensor), value => Assert.Equal(0, value)));
    }

    [Theory, MemberData(nameof(All))]
    public void Mapped_weights_that_are_not_to_be_trained_give_the_same_logits_and_no_gradients(string name)
    {
        using PairModel model = ModelStore.Load(Folder(name), null, trainable: false, mapFrom: 0);
        using var reference = new Reference(Folder(name));
        CheckLogits(model, reference);
        if (!Plain.Any(row => row.Data == name)) return; // widened or in shards
        var tape = new Tape(kernels, arena, training: true);
        Loss(tape, model.Logits(tape, reference.Batch), reference.Floats("input.targets"));
        Assert.Contains("load it to be trained", Assert.Throws<InvalidOperationException>(tape.Backward).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Plain))]
    public void A_folder_is_saved_byte_for_byte_as_it_was_read(string name)
    {
        using (PairModel model = ModelStore.Load(Folder(name))) ModelStore.Save(model, folder.Path);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder(name), "model.safetensors")), File.ReadAllBytes(folder.File("model.safetensors")));
    }

    [Theory, MemberData(nameof(All))]
    public void A_saved_folder_loads_and_saves_the_same_bytes_and_keeps_unknown_keys(string name)
    {
        string first = folder.File("first"), second = folder.File("second");
        using (PairModel model = ModelStore.Load(Folder(name))) ModelStore.Save(model, first);
        using (PairModel model = ModelStore.Load(first)) ModelStore.Save(model, second);
        foreach (string file in Directory.GetFiles(first)) Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(second, Path.GetFileName(file))));

        JsonObject was = Json(Folder(name)), config = Json(first);
        foreach ((string key, JsonNode? value) in was.Where(entry => entry.Key is not ("torch_dtype" or "id2label"))) Assert.True(JsonNode.DeepEquals(value, config[key]), key);
        Assert.Equal("float32", (string?)config["torch_dtype"]);
        Assert.EndsWith("ForSequenceClassification", (string?)config["architectures"]![0], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public void The_folder_of_a_bare_model_gets_a_fresh_head_and_computes_alike_under_the_old_one(string name)
    {
        CopyFolder(name, folder.Path);
        using PairModel whole = ModelStore.Load(Folder(name), trainable: true);
        Architecture architecture = Architecture.Of(ModelFolder.Open(folder.Path));
        foreach (string file in Directory.GetFiles(folder.Path, "model*")) File.Delete(file);
        SafeTensorsWriter.Write(folder.File("model.safetensors"), whole.Parameters.Stored()
            .Where(tensor => tensor.Name.StartsWith(architecture.Base, StringComparison.Ordinal))
            .Select(tensor => tensor with { Name = tensor.Name[architecture.Base.Length..] }));

        string fault = Assert.Throws<CheckpointException>(() => ModelStore.Load(folder.Path)).Message;
        Assert.Contains("no head", fault, StringComparison.Ordinal);
        using PairModel model = ModelStore.LoadWithNewHead(folder.Path, whole.Labels, seed: 3);
        Parameter[] fresh = [.. model.Parameters.All.Where(p => !p.Value.Span.SequenceEqual(whole.Parameters[p.Name].Value.Span))];
        Assert.Contains(fresh, parameter => parameter.Name == architecture.Output + "weight" && parameter.Value.Span.IndexOfAnyExcept(0f) >= 0);
        foreach (Parameter parameter in fresh) whole.Parameters[parameter.Name].Value.Span.CopyTo(parameter.Value.Span);
        using var reference = new Reference(Folder(name));
        CheckLogits(model, reference);
    }

    [Fact]
    public void Layer_norms_under_their_names_in_TensorFlow_are_found()
    {
        CopyFolder("bert", folder.Path);
        using PairModel bert = ModelStore.Load(Folder("bert"));
        SafeTensorsWriter.Write(folder.File("model.safetensors"), bert.Parameters.Stored().Select(tensor => tensor with
        {
            Name = tensor.Name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta"),
        }));
        using PairModel model = ModelStore.Load(folder.Path);
        using var reference = new Reference(Folder("bert"));
        CheckLogits(model, reference);
    }

    [Theory, InlineData("smollm3"), InlineData("qwen2"), InlineData("gemma2"), InlineData("gemma3")]
    public void A_tied_language_head_agrees_with_PyTorch(string name)
    {
        using PairModel model = ModelStore.Load(Folder(name));
        using var reference = new Reference(Folder(name));
        Variable logits = model.LanguageLogits(new Tape(kernels, arena, training: false), reference.Batch, [.. Enumerable.Range(0, reference.Batch.Tokens)]);
        Near(reference, "language.logits", logits.Value.Span);
    }

    [Fact]
    public void A_language_head_that_was_not_read_is_refused()
    {
        using PairModel model = ModelStore.Load(Folder("llama"));
        using var reference = new Reference(Folder("llama"));
        Assert.Throws<NotSupportedException>(() => model.LanguageLogits(new Tape(kernels, arena, training: false), reference.Batch, [0]));
    }

    [Theory, MemberData(nameof(All))]
    public void Scoring_allocates_nothing_after_the_first_requests(string name)
    {
        using PairModel model = ModelStore.Load(Folder(name));
        using var one = new CpuKernels(1);
        using var scorer = new PairScorer(model, one, frozen: true);
        TokenPair[] pairs = [.. Enumerable.Range(1, 16).Select(length => new TokenPair(new int[length], new byte[length], new byte[length]))];
        float[] logits = new float[pairs.Length * model.Labels];
        for (int warm = 0; warm < 100; warm++) scorer.Logits(pairs, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 10; round++) scorer.Logits(pairs, logits);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("llama", "rope_scaling", """{"rope_type":"longrope","factor":4}""", "config.json: rope_scaling: rope_type: expected linear, llama3, yarn, dynamic or default, the file has \"longrope\"")]
    [InlineData("llama", "rope_scaling", """{"type":"linear"}""", "config.json: rope_scaling: factor: expected a number, the file has none")]
    [InlineData("llama", "rope_scaling", "7", "config.json: rope_scaling: expected an object, the file has 7")]
    [InlineData("llama", "num_key_value_heads", "3", "config.json: num_key_value_heads: expected a number that divides num_attention_heads, 4, the file has 3")]
    [InlineData("llama", "hidden_size", "0", "config.json: hidden_size: expected a whole number from 1 to 33554432, the file has 0")]
    [InlineData("llama", "hidden_act", "\"mish\"", "config.json: hidden_act: expected gelu, gelu_new, gelu_pytorch_tanh, relu or, for decoders, silu, the file has \"mish\"")]
    [InlineData("llama", "quantization_config", """{"quant_method":"awq"}""", "quantization_config: expected weights in float32, float16 or bfloat16")]
    [InlineData("llama", "model_type", "\"falcon\"", "config.json: model_type: expected one of bert, roberta, xlm-roberta,")]
    [InlineData("qwen3", "layer_types", """["full_attention"]""", "config.json: layer_types: expected full_attention or sliding_attention for each of 2 layers")]
    [InlineData("bert", "num_attention_heads", "3", "config.json: hidden_size: expected a multiple of num_attention_heads, 3, the file has 8")]
    [InlineData("bert", "position_embedding_type", "\"relative_key\"", "config.json: position_embedding_type: expected \"absolute\", the file has \"relative_key\"")]
    [InlineData("bert", "hidden_act", "\"silu\"", "config.json: hidden_act: expected")]
    [InlineData("modernbert", "classifier_pooling", "\"max\"", "config.json: classifier_pooling: expected \"cls\" or \"mean\", the file has \"max\"")]
    [InlineData("gemma2", "intermediate_size", "11", "tensor model.layers.0.mlp.gate_proj.weight: expected shape (11, 8), the file has (12, 8)")]
    [InlineData("gemma3", "use_bidirectional_attention", "true", "config.json: use_bidirectional_attention: expected false: a language model, whose tokens see those before them, the file has true")]
    [InlineData("gemma3", "rope_parameters", """{"sliding_attention":{"rope_type":"linear"}}""", "config.json: rope_parameters: sliding_attention: rope_type: expected \"default\", the file has \"linear\"")]
    [InlineData("gemma3", "rope_local_base_freq", "0", "config.json: rope_local_base_freq: expected a number above 0, the file has 0")]
    [InlineData("gemma3", "sliding_window_pattern", "0", "config.json: sliding_window_pattern: expected a whole number from 1 to 33554432, the file has 0")]
    [InlineData("smollm3", "no_rope_layers", "[1]", "config.json: no_rope_layers: expected 0 or 1 for each of 2 layers, the file has [1]")]
    [InlineData("smollm3", "no_rope_layers", "[1,true]", "config.json: no_rope_layers: expected 0 or 1 for each of 2 layers, the file has [1,true]")]
    [InlineData("smollm3", "use_sliding_window", "true", "config.json: use_sliding_window: expected false, the file has true")]
    [InlineData("modernbert", "hidden_size", "16", "tensor model.embeddings.tok_embeddings.weight: expected shape (20, 16), the file has (20, 8)")]
    [InlineData("roberta", "num_hidden_layers", "3", "expected tensor roberta.encoder.layer.2.attention.self.query.weight of shape (8, 8), the file lacks it among its 41")]
    public void A_folder_that_cannot_be_used_is_refused_in_one_line(string name, string key, string value, string expected)
    {
        CopyFolder(name, folder.Path);
        JsonObject config = Json(folder.Path);
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        string fault = Assert.Throws<CheckpointException>(() => ModelStore.Load(folder.Path)).Message;
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void A_folder_of_old_weights_is_refused_with_the_line_that_converts_them()
    {
        CopyFolder("llama", folder.Path);
        File.Move(folder.File("model.safetensors"), folder.File("pytorch_model-00001-of-00002.bin"));
        string fault = Assert.Throws<CheckpointException>(() => ModelStore.Load(folder.Path)).Message;
        Assert.Contains($"glob.glob('{folder.Path}/pytorch_model*.bin')", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    static string Folder(string name) => Path.Combine(fixtures, name);

    static void CopyFolder(string name, string to)
    {
        foreach (string file in Directory.GetFiles(Folder(name)).Where(file => !file.EndsWith("reference.safetensors", StringComparison.Ordinal))) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    static JsonObject Json(string folder) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;

    void CheckLogits(PairModel model, Reference reference)
    {
        using var scorer = new PairScorer(model, kernels, frozen: true);
        float[] logits = new float[reference.Pairs.Length * model.Labels];
        scorer.Logits(reference.Pairs, logits);
        Near(reference, "logits", logits);
    }

    float Loss(Tape tape, Variable logits, float[] targets)
    {
        if (logits.Columns > 1) return SoftmaxCrossEntropy.Apply(tape, logits, arena.Copy(logits.Rows, logits.Columns, targets));
        Tensor gradient = arena.Allocate(logits.Rows, 1);
        float loss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            float d = logits.Value.Span[i] - targets[i];
            loss += d * d / targets.Length;
            gradient.Span[i] = 2 * d / targets.Length;
        }
        tape.Start(logits, gradient);
        return loss;
    }

    /// <summary>Of a tensor as the file has it, its parts joined.</summary>
    static float[] GradientOf(PairModel model, string tensor) => model.Parameters.Contains(tensor)
        ? model.Parameters[tensor].Gradient!.Span.ToArray()
        : [.. model.Parameters.All.Where(p => p.Name.StartsWith(tensor + "[", StringComparison.Ordinal)).SelectMany(p => p.Gradient!.Span.ToArray())];

    static float[] Values(SafeTensorsFile file, string name)
    {
        float[] values = new float[file.Shape(name).Aggregate(1L, (a, b) => a * b)];
        file.Read(name, values);
        return values;
    }

    static void Near(Reference reference, string name, ReadOnlySpan<float> actual)
    {
        float[] expected = reference.Floats(name);
        Assert.Equal(expected.Length, actual.Length);
        float tolerance = 1e-4f * Math.Max(1e-3f, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{name}[{i}]: expected {expected[i]}, got {actual[i]}");
    }

    /// <summary>Inputs and what PyTorch makes of them.</summary>
    sealed class Reference : IDisposable
    {
        readonly SafeTensorsFile file;

        public Reference(string folder)
        {
            file = SafeTensorsFile.Open(Path.Combine(folder, "reference.safetensors"));
            int[] ids = file.ReadInt32("input.ids"), segments = file.ReadInt32("input.segments"), offsets = file.ReadInt32("input.offsets");
            Pairs = [.. Enumerable.Range(0, offsets.Length - 1).Select(s => new TokenPair(
                ids[offsets[s]..offsets[s + 1]], [.. segments[offsets[s]..offsets[s + 1]].Select(x => (byte)x)], new byte[offsets[s + 1] - offsets[s]]))];
            Batch = PackedBatch.Of(Pairs);
        }

        public TokenPair[] Pairs { get; }
        public PackedBatch Batch { get; }
        public IReadOnlyList<string> Names => file.Names;
        public float[] Floats(string name) => Values(file, name);
        public void Dispose() => file.Dispose();
    }
}
