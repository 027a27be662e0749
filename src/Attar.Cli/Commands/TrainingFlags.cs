using System.CommandLine;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary>How long and how fast: the same for every stage that trains, with the stage's own defaults.</summary>
sealed class TrainingFlags(TrainingOptions preset)
{
    readonly Option<int> epochs = Flag.Whole("--epochs", preset.Epochs, "Passes over the data", from: 1);
    readonly Option<int> batchTokens = Flag.Whole("--batch-tokens", preset.BatchTokens, "Tokens that are computed together", from: 1);
    readonly Option<int> accumulate = Flag.Whole("--accumulate", preset.Accumulate, "Batches of one step: larger steps in the same memory", from: 1);
    readonly Option<bool> checkpointing = Flag.Switch("--checkpointing", "Compute layers again in the backward pass: less memory, the same results, a third more work");
    readonly Option<float> learningRate = Flag.Number("--learning-rate", preset.LearningRate, "Peak of the learning rate");
    readonly Option<float> warmup = Flag.Number("--warmup", preset.Warmup, "Share of the steps spent warming up");
    readonly Option<float> weightDecay = Flag.Number("--weight-decay", preset.WeightDecay, "Weight decay of the matrices");
    readonly Option<bool> keepLast = Flag.Switch("--keep-last", "End with the last weights instead of those that ranked dev best");
    readonly Option<double> checkpoints = Flag.Number("--checkpoint-seconds", preset.CheckpointSeconds, "Seconds between two checkpoints: what a killed run loses at most");

    readonly Option<bool> mixedPrecision = Flag.Switch("--mixed-precision", "Matrix products in bfloat16 where the processor has them: faster; everything else stays float32");

    readonly Option<float> hiddenWords = Flag.Number("--hidden-words", preset.HiddenWords, "Share of a pair's words that a step of teaching or distilling does not see, so that the model rests on no single word");

    public IReadOnlyList<Option> All => [epochs, batchTokens, accumulate, checkpointing, mixedPrecision, learningRate, warmup, weightDecay, keepLast, checkpoints];

    /// <summary>With what is for stages that learn from pairs; pre-training hides words by itself.</summary>
    public IReadOnlyList<Option> OnPairs => [.. All, hiddenWords];

    public TrainingOptions Read(ParseResult parsed) => new(
        parsed.GetValue(epochs), parsed.GetValue(batchTokens), parsed.GetValue(learningRate), parsed.GetValue(warmup), parsed.GetValue(weightDecay), !parsed.GetValue(keepLast), parsed.GetValue(checkpoints),
        parsed.GetValue(accumulate), parsed.GetValue(checkpointing), parsed.GetValue(mixedPrecision), parsed.GetValue(hiddenWords));
}
