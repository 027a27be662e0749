using System.Diagnostics;
using Attar.Distillation.Losses;
using Attar.Models;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Optimizers;

namespace Attar.Experiments;

/// <summary>What one training step costs.</summary>
/// <param name="PeakShare">Useful operations over the fused multiply-add peak measured in the same process.</param>
public sealed record TrainingThroughput(double PairsPerSecond, double TokensPerSecond, double PeakShare);

/// <summary>Times whole training steps of an encoder on random tokens of given lengths: forward, Margin-MSE on neighbouring pairs, backward, AdamW.</summary>
public static class TrainingBenchmark
{
    const int WarmUpSteps = 3;

    /// <param name="lengths">Tokens of each pair; batches are taken in order.</param>
    public static TrainingThroughput Run(EncoderConfig config, IReadOnlyList<int> lengths, int steps, int batch, int threads)
    {
        using var kernels = new CpuKernels(threads);
        using var model = new Encoder(config with { Labels = 1, Dropout = 0 });
        model.Parameters.Initialize(1);
        using var optimizer = new AdamW(model.Parameters.All, new AdamWOptions(ClipNorm: 0));
        using var arena = new Arena();
        var random = new Random(1);
        long tokens = 0, flops = 0;
        double seconds = 0;
        for (int step = 0; step < WarmUpSteps + steps; step++)
        {
            int[] these = [.. Enumerable.Range(step * batch, batch).Select(i => lengths[i % lengths.Count])];
            PackedBatch packed = PackedBatch.Of([.. these.Select(n => RandomPair(random, n, config.VocabularySize))]);
            long began = Stopwatch.GetTimestamp();
            Step(model, optimizer, kernels, arena, packed);
            if (step < WarmUpSteps) continue;
            seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
            tokens += packed.Tokens;
            flops += these.Sum(n => FlopsOf(config, n));
        }
        double peak = FmaPeak.FlopsPerSecond(threads);
        return new TrainingThroughput(steps * batch / seconds, tokens / seconds, flops / seconds / peak);
    }

    static void Step(Encoder model, AdamW optimizer, IKernels kernels, Arena arena, PackedBatch batch)
    {
        arena.Reset();
        var tape = new Tape(kernels, arena, training: true);
        Variable scores = model.Logits(tape, batch);
        Tensor gradient = arena.Allocate(scores.Rows, 1);
        Span<float> targets = [1, 0];
        for (int i = 0; i + 1 < scores.Rows; i += 2) MarginMse.Of(scores.Value.Span.Slice(i, 2), targets, 0, gradient.Span.Slice(i, 2));
        tape.Backward(scores, gradient);
        optimizer.Step(kernels, 1e-4f);
    }

    /// <summary>Multiplications and additions of the matrix products that a step needs, three passes (forward and two backward); the last layer beyond its keys and values only for the first token.</summary>
    static long FlopsOf(EncoderConfig c, int n)
    {
        long h = c.Hidden, perToken = 2 * h * (4 * h + 2 * c.Intermediate), attention = 4L * n * h;
        long full = (c.Layers - 1) * n * (perToken + attention);
        long last = n * 2 * h * 2 * h + perToken - 2 * h * 2 * h + attention;
        return 3 * (full + last);
    }

    static TokenPair RandomPair(Random random, int length, int vocabulary)
    {
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) ids[i] = random.Next(vocabulary);
        return new TokenPair(ids, new byte[length], new byte[length]);
    }
}
