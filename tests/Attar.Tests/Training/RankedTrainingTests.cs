using Attar.Distillation;
using Attar.Models;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Collectives;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Tests.Training;

/// <summary>Several ranks, and any number of threads, train one model.</summary>
public sealed class RankedTrainingTests : IDisposable
{
    const int Batches = 39; // of parts of 4 or 8, the last step of an epoch has fewer: some ranks stand idle

    static readonly TrainingOptions fourParts = new(Epochs: 3, BatchTokens: 4096, LearningRate: .01f), eightParts = fourParts with { BatchTokens = 8192 };

    readonly string folder = Directory.CreateTempSubdirectory("attar-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, InlineData(1, 2), InlineData(2047, 2), InlineData(4095, 2), InlineData(4096, 4), InlineData(8191, 4), InlineData(16384, 16), InlineData(1 << 20, 64)]
    public void Parts_follow_the_tokens_of_a_step(int tokens, int parts) => Assert.Equal(parts, StepParts.CountOf(tokens));

    [Fact]
    public async Task Any_number_of_threads_trains_to_the_same_bits()
    {
        float[] one = await Train("one", eightParts with { Epochs = 1 });
        foreach (int threads in (int[])[2, 3, 8]) Assert.Equal(one, await Train($"{threads}", eightParts with { Epochs = 1 }, threads: threads));
    }

    [Theory, InlineData(2), InlineData(4), InlineData(8)]
    public async Task Ranks_train_to_the_same_bits_and_curve_as_one_process(int ranks)
    {
        TrainingOptions options = eightParts with { Accumulate = 2 };
        float[] alone = await Train("alone", options);
        Assert.Equal(alone, await Train("together", options, ranks));
        Assert.Equal(Curve("alone"), Curve("together"));
    }

    [Fact]
    public async Task Three_ranks_differ_by_the_order_of_sums_alone()
    {
        await Train("alone", eightParts);
        await Train("together", eightParts, ranks: 3);
        foreach ((double expected, double found) in Losses("alone").Zip(Losses("together"))) Assert.Equal(expected, found, tolerance: 1e-4);
    }

    [Fact]
    public async Task A_training_goes_on_with_another_number_of_ranks()
    {
        float[] straight = await Train("straight", fourParts);
        Assert.IsType<OperationCanceledException>(await Record.ExceptionAsync(() => Train("resumed", fourParts, ranks: 2, stopAt: 5)));
        var told = await Assert.ThrowsAsync<StageFailedException>(() => Train("resumed", fourParts, ranks: 4, stopAt: 12, stopped: 3)); // as the first rank sees it
        Assert.Contains("another rank was told to stop", told.Message);
        Assert.Equal(straight, await Train("resumed", fourParts));
        Assert.Equal(Curve("straight"), Curve("resumed"));
    }

    [Fact]
    public async Task Ranks_that_begin_with_other_weights_are_refused()
    {
        var fault = await Assert.ThrowsAsync<StageFailedException>(() => Train("odd", fourParts, ranks: 2, seedOf: rank => 5 + rank));
        Assert.Contains("rank 1 on ", fault.Message);
        Assert.Contains("other weights than rank 0", fault.Message);
    }

    [Fact]
    public async Task More_ranks_than_parts_are_refused_with_the_batch_that_they_need()
    {
        var fault = await Assert.ThrowsAsync<InputException>(() => Train("many", new TrainingOptions(Epochs: 1, LearningRate: .01f), ranks: 3));
        Assert.Contains("--batch-tokens) to 4096", fault.Message);
    }

    /// <summary>A table (400, 4) of which rank 0 has row 3, rank 1 rows 3 and 7, and a matrix (2, 4) behind it.</summary>
    [Fact]
    public async Task Of_a_table_only_rows_are_sent_in_which_some_rank_has_something()
    {
        (float[] Table, float[] Matrix, long Sent)[] all = await LocalRanks.Run(2, ranks =>
        {
            using Tensor table = Tensor.Zeros(400, 4), matrix = Tensor.From(2, 4, [1, 2, 3, 4, 5, 6, 7, 8]);
            table.Row(3).Fill(1 + ranks.Rank);
            if (ranks.Rank == 1) table.Row(7).Fill(-0f);
            ranks.Sum([table, matrix]).Wait(TestContext.Current.CancellationToken);
            return (table.Span.ToArray(), matrix.Span.ToArray(), ranks.BytesSent);
        });
        Assert.All(all, sums =>
        {
            Assert.Equal([.. Enumerable.Range(0, 1600).Select(i => i / 4 == 3 ? 3f : 0)], sums.Table);
            Assert.Equal([2, 4, 6, 8, 10, 12, 14, 16], sums.Matrix);
            Assert.Equal(400 / 32 * 4 + 4 + 2 * (4 + 4 + 8) / 2 * 4, sums.Sent); // marks, then two rows and the matrix, half of them twice
        });
    }

    /// <summary>The last of a tape's steps waits for the first bucket: were that sent at the end of the way back, it would wait in vain.</summary>
    [Fact]
    public async Task Gradients_are_added_up_while_the_way_back_goes_on()
    {
        bool[] seen = await LocalRanks.Run(2, ranks =>
        {
            using var model = new Encoder(new EncoderConfig(40, 128, 3, 2, 512, 24));
            model.Parameters.Initialize(5, .2f);
            using var kernels = new CpuKernels(1);
            bool beside = false;
            var data = new ToyData(_ => { }, tape =>
            {
                long before = ranks.BytesSent;
                tape.Record(() => beside = SpinWait.SpinUntil(() => ranks.BytesSent > before, TimeSpan.FromSeconds(20)));
            }, from: 4);
            using var parts = new StepParts(model, data, kernels, ranks: ranks);
            for (int step = 0; step < 3; step++)
            {
                parts.Run(0, step, 1);
                foreach (Parameter parameter in model.Trained) parameter.Gradient?.Span.Clear();
            }
            return beside;
        });
        Assert.All(seen, Assert.True);
    }

    string Curve(string name) => File.ReadAllText(Path.Combine(folder, name, "training.tsv"));

    IEnumerable<double> Losses(string name) => File.ReadLines(Path.Combine(folder, name, "training.tsv")).Skip(1).Select(line => double.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture));

    /// <param name="stopAt">The step at which a rank is told to stop.</param>
    async Task<float[]> Train(string name, TrainingOptions options, int ranks = 1, int threads = 1, int stopAt = -1, int stopped = 0, Func<int, int>? seedOf = null)
    {
        float[][] all = ranks == 1 ? [One(null)] : await LocalRanks.Run(ranks, One);
        Assert.All(all[1..], weights => Assert.Equal(all[0], weights));
        return all[0];

        float[] One(Communicator? others)
        {
            int rank = others?.Rank ?? 0;
            using var stop = new CancellationTokenSource();
            using var model = new Encoder(new EncoderConfig(400, 16, 2, 2, 32, 24));
            model.Parameters.Initialize((ulong)(seedOf?.Invoke(rank) ?? 5), .2f);
            using var kernels = new CpuKernels(threads);
            var data = new ToyData(batch =>
            {
                if (batch >= stopAt * options.Parts && stopAt >= 0 && rank == stopped) stop.Cancel();
            });
            var context = new StageContext(new Workspace(folder), 3, threads, new NoteLines(null), TimeProvider.System, stop.Token, others);
            TrainingLoop.Run("toy", model, data, options with { KeepBest = false }, Path.Combine(folder, name), kernels, context, () => 0);
            return [.. model.Parameters.All.SelectMany(parameter => parameter.Value.Span.ToArray())];
        }
    }

    /// <summary>Learns how often token 7 stands in a pair, with dropout.</summary>
    /// <param name="first">Begins a tape, from a batch on.</param>
    sealed class ToyData(Action<int> onBatch, Action<Tape>? first = null, int from = 0) : ITrainingData
    {
        public int BatchesOf(int epoch) => Batches;

        public void Begin(int epoch) { }

        public float Loss(Tape tape, PairModel model, int epoch, int batch)
        {
            onBatch(epoch * Batches + batch);
            if (batch >= from) first?.Invoke(tape);
            else if (first is not null) tape.Record(() => { }); // as many steps in every tape
            var random = new Random(epoch * 100 + batch);
            TokenPair[] pairs = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(5, 9)).ToArray()).Select(ids => new TokenPair(ids, new byte[ids.Length], new byte[ids.Length]))];
            Variable scores = model.Logits(tape, PackedBatch.Of(pairs));
            Tensor gradient = tape.Arena.Allocate(6, 1);
            float loss = (float)LossOf.Group(Attar.Distillation.Loss.Mse, scores.Value.Span, [.. pairs.Select(pair => pair.Ids.Count(id => id == 7) - 1f)], 0, 1, gradient.Span);
            tape.Start(scores, gradient);
            return loss;
        }
    }
}
