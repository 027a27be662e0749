using System.CommandLine;
using System.Globalization;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary>How long and how fast: the same for every stage that trains, with the stage's own defaults.</summary>
/// <param name="preset">Of a model begun at random, or of the only kind that there is.</param>
/// <param name="elsewhere">Of one that learnt elsewhere; null: the same.</param>
sealed class TrainingFlags(TrainingOptions preset, TrainingOptions? elsewhere = null)
{
    readonly Option<int?> epochs = Flag.MaybeWhole("--epochs", "Passes over the data" + Default(preset.Epochs, elsewhere?.Epochs), from: 1);
    readonly Option<int> batchTokens = Flag.Whole("--batch-tokens", preset.BatchTokens, "Tokens that are computed together, for each 1,024 a core (2 at least)", from: 1);
    readonly Option<int> accumulate = Flag.Whole("--accumulate", preset.Accumulate, "Batches of one step: larger steps in the same memory", from: 1);
    readonly Option<bool> checkpointing = Flag.Switch("--checkpointing", "Compute layers again in the backward pass: less memory, the same results, a third more work");
    readonly Option<double?> learningRate = Flag.MaybeNumber("--learning-rate", "Peak of the learning rate" + Default(preset.LearningRate, elsewhere?.LearningRate));
    readonly Option<float> warmup = Flag.Number("--warmup", preset.Warmup, "Share of the steps spent warming up");
    readonly Option<float> weightDecay = Flag.Number("--weight-decay", preset.WeightDecay, "Weight decay of the matrices");
    readonly Option<bool> keepLast = Flag.Switch("--keep-last", "End with the last weights instead of those that ranked dev best");
    readonly Option<double> checkpoints = Flag.Number("--checkpoint-seconds", preset.CheckpointSeconds, "Seconds between two checkpoints: what a killed run loses at most");

    readonly Option<bool?> mixedPrecision = Flag.MaybeSwitch("--mixed-precision", "Matrix products in bfloat16 where the processor has them: faster; everything else stays float32" + Default(preset.MixedPrecision, elsewhere?.MixedPrecision));

    readonly Option<float> hiddenWords = Flag.Number("--hidden-words", preset.HiddenWords, "Share of a pair's words that a step of teaching or distilling does not see, so that the model rests on no single word");

    public IReadOnlyList<Option> All => [epochs, batchTokens, accumulate, checkpointing, mixedPrecision, learningRate, warmup, weightDecay, keepLast, checkpoints];

    /// <summary>With what is for stages that learn from pairs; pre-training hides words by itself.</summary>
    public IReadOnlyList<Option> OnPairs => [.. All, hiddenWords];

    static string Default<T>(T? preset, T? elsewhere) where T : struct
    {
        string Said(T? value) => string.Create(CultureInfo.InvariantCulture, $"{value}").ToLowerInvariant();
        return elsewhere is null || elsewhere.Equals(preset) ? $" [default: {Said(preset)}]" : $" [default: {Said(preset)}; from weights learnt elsewhere: {Said(elsewhere)}]";
    }

    public TrainingOptions Read(ParseResult parsed) => new(
        parsed.GetValue(epochs), parsed.GetValue(batchTokens), (float?)parsed.GetValue(learningRate), parsed.GetValue(warmup), parsed.GetValue(weightDecay), !parsed.GetValue(keepLast), parsed.GetValue(checkpoints),
        parsed.GetValue(accumulate), parsed.GetValue(checkpointing), parsed.GetValue(mixedPrecision), parsed.GetValue(hiddenWords));
}
