using System.Runtime.InteropServices;
using System.Text.Json;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>A decoder's bfloat16 matrices that stay as they are compute, to the bit, what the widened ones do.</summary>
public sealed class BFloatWeightsTests : IDisposable
{
    static readonly string fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures");

    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);

    public static TheoryData<string, bool> Decoders => new MatrixTheoryData<string, bool>(["llama", "mistral", "qwen2", "qwen3", "gemma2"], [false, true]);

    [Theory, MemberData(nameof(Decoders))]
    public void They_are_kept_and_score_as_the_widened_ones(string name, bool mapped)
    {
        string half = Halved(name);
        using PairModel kept = ModelStore.Load(half, null, trainable: false, mapFrom: mapped ? 0 : long.MaxValue, narrow: true), wide = ModelStore.Load(half, trainable: true);
        Parameter[] matrices = [.. kept.Parameters.All.Where(parameter => parameter.Rows > 1 && parameter.Name != "score.weight")];
        Assert.NotEmpty(matrices);
        Assert.All(matrices, parameter => Assert.Equal((NumberFormat.BFloat16, mapped), (parameter.Value.Format, parameter.Value.IsReadOnly)));
        Assert.All(kept.Parameters.All.Except(matrices), parameter => Assert.Equal(NumberFormat.Float32, parameter.Value.Format));
        Assert.All(wide.Parameters.All, parameter => Assert.Equal(NumberFormat.Float32, parameter.Value.Format));
        foreach (bool frozen in (bool[])[false, true]) Assert.Equal(Logits(wide, frozen), Logits(kept, frozen));

        ModelStore.Save(kept, folder.File("kept"));
        ModelStore.Save(wide, folder.File("wide"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("wide"), "model.safetensors")), File.ReadAllBytes(Path.Combine(folder.File("kept"), "model.safetensors")));
    }

    [Fact]
    public void Updates_beside_them_get_the_same_gradients_and_stay_beside_them()
    {
        string half = Halved("qwen2");
        using PairModel kept = ModelStore.LoadForGrades(half, [0, 1], seed: 1, trainable: false), wide = ModelStore.LoadForGrades(half, [0, 1], seed: 1);
        var random = new Random(5);
        foreach (PairModel model in new[] { kept, wide }) model.Adapt(new LoraOptions(2), seed: 3);
        foreach (var (one, other) in kept.Trained.Zip(wide.Trained))
            for (int i = 0; i < one.Value.Count; i++) one.Value.Span[i] = other.Value.Span[i] = random.NextSingle() - .5f;
        Assert.Equal(Gradients(wide), Gradients(kept));

        float[] expected = Logits(kept, frozen: true);
        AdapterFolder.Save(kept, folder.File("adapter"), half);
        using PairModel read = ModelStore.Load(folder.File("adapter"));
        Assert.Equal(NumberFormat.BFloat16, read.Parameters["model.embed_tokens.weight"].Value.Format);
        Assert.NotNull(read.Adapter); // merged in they would be rounded away
        Assert.Equal(expected, Logits(read, frozen: true));
        using PairModel further = ModelStore.LoadForGrades(folder.File("adapter"), [0, 1], seed: 2, trainable: false);
        Assert.Null(further.Adapter); // another is to come
        float[] merged = Logits(further, frozen: true);
        for (int i = 0; i < merged.Length; i++) Assert.Equal(expected[i], merged[i], 1e-4);
    }

    [Fact]
    public void An_encoder_is_widened()
    {
        using PairModel encoder = ModelStore.Load(Halved("bert"));
        Assert.All(encoder.Parameters.All, parameter => Assert.Equal(NumberFormat.Float32, parameter.Value.Format));
    }

    float[][] Gradients(PairModel model)
    {
        using var arena = new Arena();
        var tape = new Tape(kernels, arena, training: true);
        SoftmaxCrossEntropy.Apply(tape, model.Logits(tape, PackedBatch.Of(Pairs(model))), [1, 0, 1]);
        tape.Backward();
        return [.. model.Trained.Select(parameter => parameter.Gradient!.Span.ToArray())];
    }

    float[] Logits(PairModel model, bool frozen)
    {
        using var scorer = new PairScorer(model, kernels, frozen);
        float[] logits = new float[3 * model.Labels];
        scorer.Logits(Pairs(model), logits);
        return logits;
    }

    static TokenPair[] Pairs(PairModel model)
    {
        var random = new Random(4);
        return [.. new[] { 3, 11, 6 }.Select(length => new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(model.VocabularySize))], new byte[length], new byte[length]))];
    }

    /// <summary>A fixture's folder with its float32 weights cut to bfloat16.</summary>
    string Halved(string name)
    {
        string from = Path.Combine(fixtures, name), to = folder.File(name);
        Directory.CreateDirectory(to);
        File.Copy(Path.Combine(from, "config.json"), Path.Combine(to, "config.json"));
        using SafeTensorsFile file = SafeTensorsFile.Open(from);
        var header = new Dictionary<string, object>();
        var words = new List<ushort>();
        foreach (string tensor in file.Names)
        {
            float[] values = new float[file.Shape(tensor).Aggregate(1L, (all, length) => all * length)];
            file.Read(tensor, values);
            header.Add(tensor, new { dtype = "BF16", shape = file.Shape(tensor), data_offsets = new[] { 2 * words.Count, 2 * (words.Count + values.Length) } });
            words.AddRange(values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)));
        }
        Craft.Write(Path.Combine(to, "model.safetensors"), JsonSerializer.Serialize(header), MemoryMarshal.AsBytes(words.ToArray().AsSpan()).ToArray());
        return to;
    }

    public void Dispose()
    {
        folder.Dispose();
        kernels.Dispose();
    }
}
