using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Models.Tests;

/// <summary>Both models against PyTorch: logits, loss, every gradient, the pre-training loss and 20 AdamW steps, within 1e-4 of the largest magnitude of each tensor (Fixtures/generate.py).</summary>
public class ModelParityTests
{
    static readonly EncoderConfig TinyEncoder = new(50, 16, 2, 4, 32, 24, Dropout: 0);
    static readonly DecoderConfig TinyDecoder = new(50, 16, 2, 4, 2, 24, 24, Labels: 4, Dropout: 0);

    [Theory, InlineData(1), InlineData(2)]
    public void Encoder_logits_loss_and_gradients_agree_with_PyTorch(int threads)
    {
        using var run = new Run("encoder.safetensors", new Encoder(TinyEncoder), threads);
        run.CheckLoss(run.SquaredError, "output.loss", "grad.");
    }

    [Fact]
    public void Encoder_follows_PyTorch_over_20_AdamW_steps()
    {
        using var run = new Run("encoder.safetensors", new Encoder(TinyEncoder), 1);
        run.CheckSteps(run.SquaredError);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void A_split_encoder_s_logits_loss_and_gradients_agree_with_PyTorch(int threads)
    {
        using var run = new Run("encoder-split.safetensors", new Encoder(TinyEncoder with { Split = 1 }), threads);
        run.CheckLoss(run.SquaredError, "output.loss", "grad.");
    }

    [Fact]
    public void A_split_encoder_follows_PyTorch_over_20_AdamW_steps()
    {
        using var run = new Run("encoder-split.safetensors", new Encoder(TinyEncoder with { Split = 1 }), 1);
        run.CheckSteps(run.SquaredError);
    }

    [Fact]
    public void A_split_encoder_without_overlap_marks_agrees_with_PyTorch()
    {
        using var run = new Run("encoder-split.safetensors", new Encoder(TinyEncoder with { Split = 1, Overlap = OverlapMarks.None }), 1);
        run.CheckLogits("plain.logits");
    }

    [Fact]
    public void Encoder_without_overlap_marks_agrees_with_PyTorch()
    {
        using var run = new Run("encoder.safetensors", new Encoder(TinyEncoder with { Overlap = OverlapMarks.None }), 1);
        run.CheckLogits("plain.logits");
    }

    [Fact]
    public void Masked_token_loss_and_gradients_agree_with_PyTorch()
    {
        using var run = new Run("encoder.safetensors", new Encoder(TinyEncoder with { LanguageHead = true }), 1);
        int[] rows = run.File.ReadInt32("mlm.rows"), labels = run.File.ReadInt32("mlm.labels");
        run.CheckLoss(tape => SoftmaxCrossEntropy.Apply(tape, run.Model.LanguageLogits(tape, run.Batch, rows), labels), "mlm.loss", "mlm.grad.");
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Decoder_logits_loss_and_gradients_agree_with_PyTorch(int threads)
    {
        using var run = new Run("decoder.safetensors", new Decoder(TinyDecoder), threads);
        run.CheckLoss(run.SoftTargets, "output.loss", "grad.");
    }

    [Fact]
    public void Decoder_follows_PyTorch_over_20_AdamW_steps()
    {
        using var run = new Run("decoder.safetensors", new Decoder(TinyDecoder), 1);
        run.CheckSteps(run.SoftTargets);
    }

    [Fact]
    public void Decoder_without_overlap_marks_agrees_with_PyTorch()
    {
        using var run = new Run("decoder.safetensors", new Decoder(TinyDecoder with { Overlap = OverlapMarks.None }), 1);
        run.CheckLogits("plain.logits");
    }

    [Fact]
    public void Next_token_loss_and_gradients_agree_with_PyTorch()
    {
        using var run = new Run("decoder.safetensors", new Decoder(TinyDecoder), 1);
        int[] rows = [.. Enumerable.Range(0, run.Batch.Tokens - 1).Where(row => run.Batch.Positions.Span[row + 1] != 0)];
        run.CheckLoss(tape => SoftmaxCrossEntropy.Apply(tape, run.Model.LanguageLogits(tape, run.Batch, rows), [.. rows.Select(row => run.Batch.Ids.Span[row + 1])]), "lm.loss", "lm.grad.");
    }

    /// <summary>A model with the fixture's weights, and its inputs.</summary>
    sealed class Run : IDisposable
    {
        readonly CpuKernels kernels;
        readonly Arena arena = new();
        readonly HashSet<string> names;

        public Run(string fixture, PairModel model, int threads)
        {
            (Model, kernels) = (model, new CpuKernels(threads));
            File = SafeTensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Fixtures", fixture));
            names = [.. File.Names];
            foreach (Parameter parameter in model.Parameters.All) File.Read(parameter.Name, parameter.Value.Span);
            int[] offsets = File.ReadInt32("input.offsets"), ids = File.ReadInt32("input.ids");
            int[] segments = names.Contains("input.segments") ? File.ReadInt32("input.segments") : new int[ids.Length], overlap = File.ReadInt32("input.overlap");
            Batch = PackedBatch.Of([.. Enumerable.Range(0, offsets.Length - 1).Select(s => new TokenPair(
                ids[offsets[s]..offsets[s + 1]],
                [.. segments[offsets[s]..offsets[s + 1]].Select(x => (byte)x)],
                [.. overlap[offsets[s]..offsets[s + 1]].Select(x => (byte)x)]))]);
        }

        public SafeTensorsFile File { get; }
        public PairModel Model { get; }
        public PackedBatch Batch { get; }

        public void CheckLogits(string expected) => Near(expected, Model.Logits(new Tape(kernels, arena, training: false), Batch).Value.Span);

        public float SquaredError(Tape tape)
        {
            Variable logits = Model.Logits(tape, Batch);
            float[] targets = Floats("input.targets");
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

        public float SoftTargets(Tape tape)
        {
            Variable logits = Model.Logits(tape, Batch);
            return SoftmaxCrossEntropy.Apply(tape, logits, arena.Copy(logits.Rows, logits.Columns, Floats("input.targets")));
        }

        public void CheckLoss(Func<Tape, float> forward, string loss, string gradients)
        {
            CheckLogits("output.logits");
            var tape = new Tape(kernels, arena, training: true);
            Near(loss, [forward(tape)]);
            tape.Backward();
            string[] expected = [.. names.Where(name => name.StartsWith(gradients, StringComparison.Ordinal))];
            Assert.NotEmpty(expected);
            foreach (string name in expected)
            {
                Parameter parameter = Model.Parameters[name[gradients.Length..]];
                bool drops = name.Contains("key.bias"); // a key's bias has no gradient: rounding at most, and the last layer leaves it out
                Assert.True(parameter.Gradient != null || drops, $"{name}: no gradient");
                Near(name, parameter.Gradient == null ? new float[parameter.Value.Count] : parameter.Gradient.Span, floor: drops ? 1 : 1e-6f);
            }
        }

        public void CheckSteps(Func<Tape, float> forward)
        {
            // the reference decays every weight, so this one does too: its parameters are wrapped as decaying ones by the plain formula
            float[] losses = Floats("step20.losses");
            var moments = Model.Parameters.All.ToDictionary(p => p, p => (Tensor.Zeros(p.Rows, p.Columns), Tensor.Zeros(p.Rows, p.Columns)));
            for (int step = 1; step <= 20; step++)
            {
                arena.Reset();
                var tape = new Tape(kernels, arena, training: true);
                float loss = forward(tape);
                Assert.True(Math.Abs(loss - losses[step - 1]) <= 1e-4 * Math.Max(Math.Abs(losses[step - 1]), losses.Max() * .1), $"step {step}: expected {losses[step - 1]}, got {loss}");
                tape.Backward();
                foreach ((Parameter parameter, (Tensor mean, Tensor variance)) in moments)
                {
                    if (parameter.Name.Contains("key.bias"))
                    {
                        if (parameter.Gradient is { } noise) kernels.Fill(noise, 0); // rounding that Adam would scale up
                        continue;
                    }
                    kernels.AdamW([new AdamWSlot(parameter.Value, parameter.Gradient!, mean, variance, Decays: true)], new AdamWStep(1e-2f, .9f, .999f, 1e-8f, .01f, (float)(1 - Math.Pow(.9, step)), (float)(1 - Math.Pow(.999, step)), 1));
                    kernels.Fill(parameter.Gradient!, 0);
                }
            }
            foreach (Parameter parameter in Model.Parameters.All.Where(p => names.Contains("step20." + p.Name))) Near("step20." + parameter.Name, parameter.Value.Span);
        }

        float[] Floats(string name)
        {
            float[] values = new float[File.Shape(name).Aggregate(1L, (a, b) => a * b)];
            File.Read(name, values);
            return values;
        }

        void Near(string name, ReadOnlySpan<float> actual, float floor = 1e-6f)
        {
            float[] expected = Floats(name);
            Assert.Equal(expected.Length, actual.Length);
            float tolerance = 1e-4f * Math.Max(floor, expected.Max(Math.Abs));
            for (int i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{name}[{i}]: expected {expected[i]}, got {actual[i]}");
        }

        public void Dispose()
        {
            Model.Dispose();
            File.Dispose();
            arena.Dispose();
            kernels.Dispose();
        }
    }
}
