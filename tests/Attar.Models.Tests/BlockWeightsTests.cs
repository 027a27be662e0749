using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Layers;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Models.Tests;

/// <summary>A decoder whose matrices stay in blocks computes, to the bit, what the widened one does.</summary>
public sealed class BlockWeightsTests : IDisposable
{
    static readonly DecoderConfig config = new(60, 256, 2, 4, 2, 512, 64, Labels: 3, Dropout: 0, Overlap: OverlapMarks.None);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<NumberFormat, Precision> Kinds => new()
    {
        { NumberFormat.Q4_1, Precision.Float32 }, { NumberFormat.Q6_K, Precision.Float32 }, { NumberFormat.Q4_K, Precision.BFloat16 }, { NumberFormat.Q8_0, Precision.BFloat16 },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void It_scores_and_passes_gradients_to_updates_as_the_widened_one(NumberFormat format, Precision products)
    {
        using var kernels = new CpuKernels(2) { Products = products };
        using Decoder wide = Random(format, widened: true), kept = Random(format, widened: false);
        Assert.Contains(kept.Parameters.All, parameter => parameter.Value.Format == format);
        foreach (bool frozen in (bool[])[false, true]) Assert.Equal(Logits(wide, kernels, frozen), Logits(kept, kernels, frozen));
        var random = new Random(5);
        foreach (Decoder model in new[] { wide, kept }) model.Adapt(new LoraOptions(2), seed: 3);
        foreach (var (one, other) in kept.Trained.Zip(wide.Trained))
            for (int i = 0; i < one.Value.Count; i++) one.Value.Span[i] = other.Value.Span[i] = random.NextSingle() - .5f;
        Assert.Equal(Gradients(wide, kernels), Gradients(kept, kernels));
    }

    [Fact]
    public void It_is_saved_widened_with_its_updates_merged_in()
    {
        using Decoder wide = Random(NumberFormat.Q5_K, widened: true), kept = Random(NumberFormat.Q5_K, widened: false);
        foreach (Decoder model in new[] { wide, kept })
        {
            LoraAdapter adapter = model.Adapt(new LoraOptions(2, Targets: ["q_proj", "down_proj"]), seed: 3);
            foreach (Parameter parameter in adapter.Parameters.All) parameter.Value.Span.Fill(.125f);
        }
        ModelStore.Save(wide, folder.File("wide"));
        ModelStore.Save(kept, folder.File("kept"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("wide"), "model.safetensors")), File.ReadAllBytes(Path.Combine(folder.File("kept"), "model.safetensors")));
    }

    static Decoder Random(NumberFormat format, bool widened)
    {
        var random = new Random(7);
        return new Decoder(config, new ParameterSet(wanted =>
        {
            bool matrix = wanted.Shape.Length > 1;
            Tensor tensor = Tensor.Zeros(matrix ? wanted.Shape[0] : 1, wanted.Shape[^1], matrix && wanted.Name != "score.weight" ? format : NumberFormat.Float32);
            if (tensor.Format == NumberFormat.Float32)
            {
                foreach (ref float value in tensor.Span) value = random.NextSingle();
                return tensor;
            }
            RandomBlocks.Fill(tensor, .06f, random);
            if (!widened) return tensor;
            using (tensor) return tensor.Widened();
        }));
    }

    static float[] Logits(PairModel model, IKernels kernels, bool frozen)
    {
        using var scorer = new PairScorer(model, kernels, frozen);
        float[] logits = new float[3 * model.Labels];
        scorer.Logits(Pairs(), logits);
        return logits;
    }

    static float[][] Gradients(PairModel model, IKernels kernels)
    {
        using var arena = new Arena();
        var tape = new Tape(kernels, arena, training: true);
        SoftmaxCrossEntropy.Apply(tape, model.Logits(tape, PackedBatch.Of(Pairs())), [1, 0, 2]);
        tape.Backward();
        return [.. model.Trained.Select(parameter => parameter.Gradient!.Span.ToArray())];
    }

    static TokenPair[] Pairs()
    {
        var random = new Random(4);
        return [.. new[] { 3, 21, 16 }.Select(length => new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))], new byte[length], new byte[length]))];
    }
}
