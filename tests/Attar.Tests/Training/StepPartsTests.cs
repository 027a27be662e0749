using Attar.Models;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Tests.Training;

public class StepPartsTests
{
    [Theory, InlineData(1), InlineData(2)]
    public void Three_rounds_give_the_mean_gradient_and_loss_of_their_five_batches(int threads)
    {
        using var model = new Encoder(new EncoderConfig(40, 16, 2, 2, 32, 24, Dropout: 0));
        model.Parameters.Initialize(5, .2f);
        using var kernels = new CpuKernels(threads);
        using var alone = new StepParts(model, new FiveBatches(), kernels);
        using var together = new StepParts(model, new FiveBatches(), kernels, rounds: 3);
        int size = (int)model.Parameters.Count;
        double[] expected = new double[size];
        double loss = 0;
        for (int step = 0; step < 3; step++)
        {
            (float mean, float share, _) = alone.Run(0, step, 1);
            loss += mean / share / 5;
            float[] part = Gradients(model);
            for (int i = 0; i < size; i++) expected[i] += part[i] / 5.0;
        }
        (float lossOfAll, float shareOfAll, _) = together.Run(0, 0, 1);
        Assert.Equal(1f / 5, shareOfAll);
        Assert.Equal(loss, lossOfAll, tolerance: 1e-5);
        float[] sum = Gradients(model);
        for (int i = 0; i < size; i++) Assert.Equal(expected[i], sum[i] * shareOfAll, tolerance: 1e-5);
    }

    [Theory, InlineData(39, 1, 20), InlineData(40, 1, 20), InlineData(39, 4, 5), InlineData(41, 4, 6), InlineData(0, 4, 0)]
    public void The_last_step_of_an_epoch_takes_what_is_left(int batches, int rounds, int steps) => Assert.Equal(steps, StepParts.StepsOf(batches, 2, rounds));

    /// <summary>Takes the gradients out of the model.</summary>
    static float[] Gradients(PairModel model) => [.. model.Parameters.All.SelectMany(parameter =>
    {
        float[] values = parameter.Gradient?.Span.ToArray() ?? new float[parameter.Value.Count];
        parameter.Gradient?.Span.Clear();
        return values;
    })];

    sealed class FiveBatches : ITrainingData
    {
        public int BatchesOf(int epoch) => 5;

        public void Begin(int epoch) { }

        public float Loss(Tape tape, PairModel model, int epoch, int batch)
        {
            TokenPair[] pairs = [.. Enumerable.Range(3, 4).Select(length => new TokenPair([.. Enumerable.Range(0, length).Select(i => (i * 7 + batch) % 40)], new byte[length], new byte[length]))];
            Variable scores = model.Logits(tape, PackedBatch.Of(pairs));
            Tensor gradient = tape.Arena.Allocate(pairs.Length, 1);
            for (int i = 0; i < pairs.Length; i++) gradient.Span[i] = scores.Value.Span[i] - batch;
            tape.Start(scores, gradient);
            return batch;
        }
    }
}
