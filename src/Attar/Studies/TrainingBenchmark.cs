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
using Attar.Training;

namespace Attar.Studies;

/// <summary>What one training step costs.</summary>
/// <param name="PeakShare">Useful operations over the fused multiply-add peak measured in the same process.</param>
/// <param name="OptimizerShare">Of a step's time, what AdamW takes.</param>
/// <param name="TapeShare">Of a step's time, what the same step takes on one thread when its kernels compute nothing.</param>
/// <param name="Speedup">How many times as fast as on one thread; null where that was not asked for.</param>
public sealed record TrainingThroughput(double PairsPerSecond, double TokensPerSecond, double PeakShare, double OptimizerShare, double TapeShare, double? Speedup);

/// <summary>Times whole training steps of an encoder on random tokens of given lengths: forward, Margin-MSE on neighbouring pairs, backward, AdamW.</summary>
public static class TrainingBenchmark
{
    const int WarmUpSteps = 3;

    /// <param name="lengths">Tokens of each pair; batches are taken in order.</param>
    /// <param name="parts">Of a step, of <paramref name="batch"/> pairs.</param>
    /// <param name="alone">Whether one thread runs the same steps, too.</param>
    public static TrainingThroughput Run(EncoderConfig config, IReadOnlyList<int> lengths, int steps, int batch, int parts, int threads, Precision products = Precision.Float32, bool alone = false)
    {
        using var kernels = new CpuKernels(threads) { Products = products };
        using var model = new Encoder(config with { Labels = 1, Dropout = 0 });
        model.Parameters.Initialize(1);
        using var optimizer = new AdamW(model.Parameters.All, new AdamWOptions(ClipNorm: 0));
        var data = new RandomPairs(config.VocabularySize, lengths, batch / parts);
        (double seconds, double updating) = Time(model, optimizer, data, kernels, parts, steps);
        (double empty, _) = Time(model, optimizer, data, EmptyKernels.Create(), parts, steps);
        double? speedup = null;
        if (alone)
        {
            using var one = new CpuKernels(1) { Products = products };
            speedup = Time(model, optimizer, data, one, parts, steps).All / seconds;
        }
        int[] timed = [.. Enumerable.Range(WarmUpSteps * parts, steps * parts).SelectMany(data.LengthsOf)];
        double peak = FmaPeak.FlopsPerSecond(threads);
        return new TrainingThroughput(timed.Length / seconds, timed.Sum() / seconds, timed.Sum(n => EncoderFlops.Training(config, n)) / seconds / peak, updating / seconds, empty / seconds, speedup);
    }

    /// <returns>Seconds of so many steps, and of these the optimizer's.</returns>
    static (double All, double Optimizer) Time(Encoder model, AdamW optimizer, RandomPairs data, IKernels kernels, int count, int steps)
    {
        using var parts = new StepParts(model, data, kernels, count);
        var (all, updating) = (TimeSpan.Zero, TimeSpan.Zero);
        for (int step = 0; step < WarmUpSteps + steps; step++)
        {
            long began = Stopwatch.GetTimestamp();
            (_, float share, _) = parts.Run(0, step, seed: 1);
            long computed = Stopwatch.GetTimestamp();
            optimizer.Step(kernels, 1e-4f, share);
            if (step < WarmUpSteps) continue;
            all += Stopwatch.GetElapsedTime(began);
            updating += Stopwatch.GetElapsedTime(computed);
        }
        return (all.TotalSeconds, updating.TotalSeconds);
    }

    /// <summary>Random tokens of the given lengths; the targets ask that the first of two neighbours score 1 above the second.</summary>
    sealed class RandomPairs(int vocabulary, IReadOnlyList<int> lengths, int pairs) : ITrainingData
    {
        public int BatchesOf(int epoch) => int.MaxValue / 2;

        public void Begin(int epoch) { }

        public IEnumerable<int> LengthsOf(int batch) => Enumerable.Range(batch * pairs, pairs).Select(i => lengths[i % lengths.Count]);

        public float Loss(Tape tape, PairModel model, int epoch, int batch)
        {
            var random = new Random(batch);
            Variable scores = model.Logits(tape, PackedBatch.Of([.. LengthsOf(batch).Select(length => RandomPair(random, length, vocabulary))]));
            Tensor gradient = tape.Arena.Allocate(scores.Rows, 1);
            double loss = 0;
            for (int i = 0; i + 1 < scores.Rows; i += 2) loss += MarginMse.Of(scores.Value.Span.Slice(i, 2), [1, 0], 0, gradient.Span.Slice(i, 2));
            tape.Start(scores, gradient);
            return (float)loss;
        }
    }

    static TokenPair RandomPair(Random random, int length, int vocabulary)
    {
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) ids[i] = random.Next(vocabulary);
        return new TokenPair(ids, new byte[length], new byte[length]);
    }
}
