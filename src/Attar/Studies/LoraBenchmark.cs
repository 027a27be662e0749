using System.Diagnostics;
using Attar.Models;
using Attar.Models.Decoders;
using Attar.Models.Layers;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;
using Attar.Tensors.Optimizers;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>What a large teacher costs.</summary>
/// <param name="PeakBytes">The most memory this process has held so far, mapped pages of files included.</param>
/// <param name="PeakShare">Useful operations over the fused multiply-add peak measured in the same process; layers computed again do not count as useful.</param>
public sealed record TeacherCost(double TokensPerSecond, long PeakBytes, double PeakShare);

/// <summary>Trains a decoder through low-rank updates, or labels with it, on random tokens.</summary>
/// <param name="config">Its shape; the weights are random.</param>
/// <param name="length">Tokens of a pair.</param>
/// <param name="weights">Of the decoder's own matrices, which stay as they are.</param>
public sealed class LoraBenchmark(DecoderConfig config, int length, int threads, NumberFormat weights = NumberFormat.BFloat16)
{
    const int WarmUpSteps = 2; // the first shows how much memory a step takes, the second is the first to touch it
    const float Deviation = .02f;

    /// <summary>The shape of Qwen2.5-0.5B as published, with four grades.</summary>
    public static readonly DecoderConfig Qwen = new(151936, 896, 24, 14, 2, 4864, 32768, Labels: 4, Dropout: 0, RopeTheta: 1e6f, Overlap: OverlapMarks.None, AttentionBias: true);

    public TeacherCost Train(LoraOptions lora, int steps, TrainingOptions training, IProgressSink progress, CancellationToken cancel)
    {
        using var kernels = new CpuKernels(threads) { Products = training.Products };
        using Decoder model = Random();
        model.Adapt(lora, seed: 1);
        using var optimizer = new AdamW(model.Trained, new AdamWOptions());
        var data = new RandomPairs(config, length, Math.Max(1, training.PartTokens / length));
        using var parts = new StepParts(model, data, kernels, training.Parts, training.Accumulate, training.Checkpointing);
        double seconds = Timed(steps, progress, cancel, step =>
        {
            (_, float share, _) = parts.Run(0, step, seed: 1);
            optimizer.Step(kernels, training.LearningRate!.Value, share);
        });
        long pairs = (long)steps * training.Accumulate * training.Parts * data.PairsOfBatch;
        return Cost(pairs, seconds, DecoderFlops.TrainingUpdates(config, length));
    }

    /// <param name="pairs">Of one step.</param>
    public TeacherCost Label(int steps, int pairs, Precision precision, IProgressSink progress, CancellationToken cancel)
    {
        using var kernels = new CpuKernels(threads);
        using Decoder model = Random();
        using var scorer = new PairScorer(model, kernels, frozen: true, precision);
        var logits = new float[pairs * config.Labels];
        TokenPair[] all = RandomPairs.Of(config, length, pairs, seed: 1);
        double seconds = Timed(steps, progress, cancel, _ => scorer.Logits(all, logits));
        return Cost((long)steps * pairs, seconds, DecoderFlops.Scoring(config, length));
    }

    static double Timed(int steps, IProgressSink progress, CancellationToken cancel, Action<int> run)
    {
        double seconds = 0;
        for (int step = 0; step < WarmUpSteps + steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            long began = Stopwatch.GetTimestamp();
            run(step);
            if (step >= WarmUpSteps) seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
            progress.Report("bench", step + 1, WarmUpSteps + steps);
        }
        return seconds;
    }

    TeacherCost Cost(long pairs, double seconds, long flopsOfPair)
    {
        using var process = Process.GetCurrentProcess();
        return new TeacherCost(pairs * length / seconds, process.PeakWorkingSet64, pairs * flopsOfPair / seconds / FmaPeak.FlopsPerSecond(threads));
    }

    /// <summary>Uniform, for that is drawn in seconds.</summary>
    Decoder Random()
    {
        var random = new Random(1);
        return new Decoder(config, new ParameterSet(wanted =>
        {
            bool matrix = wanted.Shape.Length > 1;
            Tensor tensor = Tensor.Zeros(matrix ? wanted.Shape[0] : 1, wanted.Shape[^1], matrix && !wanted.Name.StartsWith("score.", StringComparison.Ordinal) ? weights : NumberFormat.Float32);
            if (!matrix) tensor.Span.Fill(wanted.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0);
            else if (tensor.Format == NumberFormat.Float32)
                foreach (ref float value in tensor.Span) value = Uniform();
            else if (tensor.Format != NumberFormat.BFloat16) RandomBlocks.Fill(tensor, Deviation, random);
            else
                foreach (ref ushort value in tensor.Words) value = (ushort)(BitConverter.SingleToUInt32Bits(Uniform()) >> 16);
            return tensor;
        }));

        float Uniform() => MathF.Sqrt(12) * Deviation * (random.NextSingle() - .5f);
    }

    /// <summary>Pairs of random tokens, each of the last grade.</summary>
    sealed class RandomPairs(DecoderConfig config, int length, int pairs) : ITrainingData
    {
        public int PairsOfBatch => pairs;

        public int BatchesOf(int epoch) => int.MaxValue / 2;

        public void Begin(int epoch) { }

        public float Loss(Tape tape, PairModel model, int epoch, int batch)
        {
            int[] grades = [.. Enumerable.Repeat(config.Labels - 1, pairs)];
            return SoftmaxCrossEntropy.Apply(tape, model.Logits(tape, PackedBatch.Of(Of(config, length, pairs, batch))), grades);
        }

        public static TokenPair[] Of(DecoderConfig config, int length, int pairs, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, pairs).Select(_ => new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))], new byte[length], new byte[length]))];
        }
    }
}
