using Attar.Models.Lora;
using Attar.Models.Tokenizers;
using Attar.Studies;
using Attar.Tensors;
using Attar.Tensors.Kernels;
using Attar.Tests.Evaluation;
using Attar.Training;

namespace Attar.Tests.Studies;

public class LoraBenchmarkTests
{
    [Theory, InlineData(NumberFormat.Float32), InlineData(NumberFormat.BFloat16), InlineData(NumberFormat.Q4_K)]
    public void A_decoder_in_any_format_labels_and_is_trained_through_updates(NumberFormat format)
    {
        var bench = new LoraBenchmark(new(50, 256, 2, 4, 2, 256, 64, Labels: 3, Dropout: 0, Overlap: OverlapMarks.None), length: 8, threads: 1, format);
        TeacherCost labelled = bench.Label(1, 4, Precision.Float32, new MadeUp.Notes(), default), trained = bench.Train(new LoraOptions(2), 1, new TrainingOptions(BatchTokens: 32, LearningRate: 1e-3f, Checkpointing: true), new MadeUp.Notes(), default);
        Assert.All(new[] { labelled, trained }, cost => Assert.True(cost is { TokensPerSecond: > 0, PeakBytes: > 0, PeakShare: > 0 }));
    }
}
