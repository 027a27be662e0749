using Attar.Distillation;
using Attar.Models;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-").FullName;

    [Fact]
    public void A_training_that_was_stopped_goes_on_to_the_same_weights_and_curve()
    {
        float[] straight = Train("straight", stopAfter: []);
        string curve = File.ReadAllText(Path.Combine(folder, "straight", "training.tsv"));
        float[] resumed = Train("resumed", stopAfter: [7, 11, 12, 25]);
        Assert.Equal(straight, resumed);
        Assert.Equal(curve, File.ReadAllText(Path.Combine(folder, "resumed", "training.tsv")));
    }

    /// <summary>Whoever looks at a training sees every point so far, also of the part before it was taken up again.</summary>
    [Fact]
    public void A_training_under_way_shows_its_curve_and_how_far_it_is()
    {
        string live = Path.Combine(folder, "live", "checkpoints", "training.tsv");
        List<int> seen = [];
        Train("live", stopAfter: [20], onStep: step =>
        {
            if (File.Exists(live))
                lock (seen) seen.Add(File.ReadAllLines(live).Length - 1); // nothing is written while a step is computed
        });
        Assert.Contains(59, seen); // all 60 steps but the last, which ends the training
        string[] whole = File.ReadAllLines(Path.Combine(folder, "live", "training.tsv"));
        Assert.Equal("step\tloss\tdev_ndcg\ttotal", File.ReadLines(live).First());
        Assert.Equal([.. whole.Skip(1).Select(line => line + "\t60")], File.ReadAllLines(live).Skip(1)); // until the model is saved
    }

    [Fact]
    public void A_curve_that_nobody_can_look_at_ends_no_training()
    {
        Directory.CreateDirectory(Path.Combine(folder, "straight", "checkpoints", "training.tsv")); // a folder stands in its way
        Assert.Equal(Train("seen", stopAfter: []), Train("straight", stopAfter: []));
    }

    [Fact]
    public void One_thread_and_two_train_to_the_same_weights() =>
        Assert.Equal(Train("one", [], threads: 1), Train("two", [], threads: 2));

    [Fact]
    public void Layers_computed_again_train_to_the_same_weights() =>
        Assert.Equal(Train("kept", []), Train("again", [], options: new TrainingOptions(Epochs: 3, LearningRate: .01f, Checkpointing: true)));

    [Fact]
    public void Batches_that_add_up_to_one_step_are_all_learnt_from_and_can_be_resumed()
    {
        var options = new TrainingOptions(Epochs: 3, LearningRate: .01f, Accumulate: 4, Checkpointing: true); // 39 batches in parts of 2, 4 rounds a step: 5 steps an epoch
        float[] straight = Train("summed", [], options: options);
        Assert.Equal("15", File.ReadLines(Path.Combine(folder, "summed", "training.tsv")).Last().Split('\t')[0]);
        Assert.Equal(straight, Train("summed on two", [], threads: 2, options: options));
        Assert.Equal(straight, Train("summed and stopped", [9, 30, 50], options: options));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_with_the_step_and_the_last_checkpoint()
    {
        var fault = Assert.Throws<StageFailedException>(() => Train("diverges", stopAfter: [5], poisonAt: 9));
        Assert.Contains("step 9", fault.Message);
        Assert.Contains("latest.safetensors (step 5)", fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void The_loss_falls()
    {
        Train("falls", []);
        double[] losses = [.. File.ReadLines(Path.Combine(folder, "falls", "training.tsv")).Skip(1).Select(line => double.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(losses[^3..].Average() < .5 * losses[..3].Average(), string.Join(' ', losses));
    }

    /// <param name="stopAfter">Steps after which a person presses Ctrl-C and runs again.</param>
    float[] Train(string name, int[] stopAfter, int threads = 1, int poisonAt = -1, TrainingOptions? options = null, Action<int>? onStep = null)
    {
        for (int run = 0; ; run++)
        {
            using var stop = new CancellationTokenSource();
            using var model = new Encoder(new EncoderConfig(40, 16, 2, 2, 32, 24));
            model.Parameters.Initialize(5, .2f);
            using var kernels = new CpuKernels(threads);
            int stopAt = run < stopAfter.Length ? stopAfter[run] : -1;
            var data = new ToyData(step =>
            {
                onStep?.Invoke(step);
                if (step == stopAt) stop.Cancel();
                return step == poisonAt;
            });
            var context = new StageContext(new Workspace(folder), 3, threads, new SilentProgress(), TimeProvider.System, stop.Token);
            try
            {
                TrainingLoop.Run("toy", model, data, options ?? new TrainingOptions(Epochs: 3, LearningRate: .01f), Path.Combine(folder, name), kernels, context, () => -data.LastEpochLoss);
                return [.. model.Parameters.All.SelectMany(p => p.Value.Span.ToArray())];
            }
            catch (OperationCanceledException) { }
        }
    }

    /// <summary>Learns how often token 7 stands in a pair: a toy with dropout, several products a query and a loss that depends on the step alone.</summary>
    sealed class ToyData(Func<int, bool> onStep) : ITrainingData
    {
        public double LastEpochLoss { get; private set; }

        public int BatchesOf(int epoch) => 39; // an odd number: the last step of an epoch has one part only

        public void Begin(int epoch) { }

        public float Loss(Tape tape, PairModel model, int epoch, int batch)
        {
            int step = batch / 2;
            bool poison = onStep(epoch * 20 + step + 1);
            var random = new Random(epoch * 100 + batch);
            TokenPair[] pairs = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(5, 9)).ToArray()).Select(ids => new TokenPair(ids, new byte[ids.Length], new byte[ids.Length]))];
            Variable scores = model.Logits(tape, PackedBatch.Of(pairs));
            var gradient = tape.Arena.Allocate(6, 1);
            float[] targets = [.. pairs.Select(pair => pair.Ids.Count(id => id == 7) - 1f)];
            if (poison) targets[0] = float.NaN;
            float loss = (float)LossOf.Group(Attar.Distillation.Loss.Mse, scores.Value.Span, targets, 0, 1, gradient.Span);
            tape.Start(scores, gradient);
            LastEpochLoss = step; // any number that repeats will do to choose a best epoch
            return loss;
        }
    }

    sealed class SilentProgress : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "") { }
        public void Note(string line) { }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
