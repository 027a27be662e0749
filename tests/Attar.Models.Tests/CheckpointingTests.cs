using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests;

/// <summary>Layers that are computed again on the way back.</summary>
public class CheckpointingTests
{
    [Theory]
    [InlineData("decoder", false), InlineData("decoder", true)]
    [InlineData("encoder", false), InlineData("encoder", true)]
    [InlineData("modernbert", false)]
    public void Gradients_are_those_without_it_bit_for_bit(string name, bool beside)
    {
        using PairModel model = Model(name);
        foreach (int threads in new[] { 1, 2 })
        {
            float[][] kept = Gradients(model, Batch(), threads, beside, recompute: false, out _);
            Assert.Equal(kept, Gradients(model, Batch(), threads, beside, recompute: true, out _));
            Assert.Contains(kept, gradient => gradient.Any(value => value != 0));
        }
    }

    [Fact]
    public void Twelve_layers_need_less_than_a_third_of_the_memory()
    {
        using var model = new Decoder(new DecoderConfig(50, 64, 12, 4, 2, 192, 256));
        model.Parameters.Initialize(3);
        PackedBatch batch = PackedBatch.Of([.. Enumerable.Range(0, 8).Select(_ => new TokenPair(new int[128], new byte[128], new byte[128]))]);
        Gradients(model, batch, 1, beside: false, recompute: false, out long all);
        Gradients(model, batch, 1, beside: false, recompute: true, out long some);
        Assert.True(some < all / 3, $"{some} bytes in place of {all}");
    }

    [Theory, InlineData("decoder"), InlineData("encoder"), InlineData("modernbert")]
    public void Scores_are_those_without_it_bit_for_bit(string name)
    {
        using PairModel model = Model(name);
        using var kernels = new CpuKernels(1);
        using var arena = new Arena();
        using var scratch = new Arena();
        float[] kept = model.Logits(new Tape(kernels, arena, training: false), Batch()).Value.Span.ToArray();
        Assert.Equal(kept, model.Logits(new Tape(kernels, arena, training: false, scratch: scratch), Batch()).Value.Span.ToArray());
    }

    static PairModel Model(string name)
    {
        PairModel model = name switch
        {
            "decoder" => new Decoder(new DecoderConfig(50, 16, 6, 4, 2, 24, 256, Labels: 4, Dropout: .2f)),
            "encoder" => new Encoder(new EncoderConfig(50, 16, 6, 4, 32, 256, Dropout: .2f)),
            _ => ModelStore.Load(Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures", "modernbert")),
        };
        if (name != "modernbert") model.Parameters.Initialize(3, .3f);
        return model;
    }

    static PackedBatch Batch()
    {
        var random = new Random(5);
        return PackedBatch.Of([.. new[] { 16, 3, 12, 1, 9, 14, 11, 16 }.Select(length => new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(20))], new byte[length], new byte[length]))]);
    }

    /// <param name="beside">Gradients gather in a store, as in the second part of a step.</param>
    static float[][] Gradients(PairModel model, PackedBatch batch, int threads, bool beside, bool recompute, out long bytes)
    {
        using var kernels = new CpuKernels(threads);
        using Arena arena = new(), scratch = new();
        using GradientStore? store = beside ? new GradientStore() : null;
        var tape = new Tape(kernels, arena, training: true, seed: 9, store, scratch: recompute ? scratch : null);
        Variable logits = model.Logits(tape, batch);
        tape.Backward(logits, arena.Copy(logits.Rows, logits.Columns, [.. Enumerable.Range(0, logits.Rows * logits.Columns).Select(i => i % 3 - .7f)]));
        bytes = arena.Capacity + (recompute ? scratch.Capacity : 0);
        using var own = new GradientStore(own: true);
        store?.MoveTo(own, kernels);
        float[][] gradients = [.. model.Parameters.All.Select(parameter => parameter.Gradient?.Span.ToArray() ?? [])];
        foreach (Parameter parameter in model.Parameters.All)
            if (parameter.Gradient is { } gradient) kernels.Fill(gradient, 0);
        return gradients;
    }
}
