using Attar.Tensors.Kernels;

namespace Attar.Training;

/// <summary>How long and how fast a model is trained. What is null is chosen by where the model comes from, see <see cref="Or"/>.</summary>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="BatchTokens">Tokens that are computed together, a thousand or more on a core; sequences are packed without padding until the next would exceed it.</param>
/// <param name="LearningRate">Peak of a linear warm-up followed by a cosine to zero.</param>
/// <param name="Warmup">Share of the steps spent warming up.</param>
/// <param name="WeightDecay">On matrices only.</param>
/// <param name="KeepBest">Ends with the weights that ranked the dev queries best; off, with the last ones.</param>
/// <param name="CheckpointSeconds">Between two checkpoints: what a killed run loses at most; 0 writes one after every step.</param>
/// <param name="Accumulate">Batches whose gradients add up to one step: larger steps in the same memory.</param>
/// <param name="Checkpointing">Keeps what each layer gives, not what it computes on the way, and computes that again when its gradient is due: memory of about one layer in place of all, a third more work, the same gradients to the bit.</param>
/// <param name="MixedPrecision">Matrix products in bfloat16 where the processor has them, which is faster; everything else stays float32 (Micikevicius et al. 2018).</param>
/// <param name="HiddenWords">Share of a pair's words that a step does not see, see <see cref="WordHiding"/>; for teaching and distilling, pre-training hides words by itself.</param>
public sealed record TrainingOptions(
    int? Epochs = null,
    int BatchTokens = 2048,
    float? LearningRate = null,
    float Warmup = .06f,
    float WeightDecay = .01f,
    bool KeepBest = true,
    double CheckpointSeconds = 20,
    int Accumulate = 1,
    bool Checkpointing = false,
    bool? MixedPrecision = null,
    float HiddenWords = 0)
{
    /// <summary>Of a model begun at random: small, with everything to learn.</summary>
    public static TrainingOptions FromScratch { get; } = new(Epochs: 2, LearningRate: 5e-4f, MixedPrecision: false);

    /// <summary>Of a model that learnt elsewhere: small steps that do not wash away what it knows; products in bfloat16 where there are any, for such models are large.</summary>
    public static TrainingOptions FineTuning { get; } = new(Epochs: 3, LearningRate: 8e-5f, MixedPrecision: true);

    /// <summary>The same of small matrices beside the weights, which take larger steps (Hu et al. 2021).</summary>
    public static TrainingOptions LowRank { get; } = FineTuning with { LearningRate = 2e-4f };

    /// <summary>The same of labels, which are many: fewer passes.</summary>
    public static TrainingOptions OfLabels { get; } = FineTuning with { Epochs = 2 };

    /// <summary>What is null here, as another says it.</summary>
    public TrainingOptions Or(TrainingOptions preset) =>
        this with { Epochs = Epochs ?? preset.Epochs, LearningRate = LearningRate ?? preset.LearningRate, MixedPrecision = MixedPrecision ?? preset.MixedPrecision };

    internal Precision Products => MixedPrecision == true ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Parts that a step's batch is made of.</summary>
    internal int Parts => StepParts.CountOf(BatchTokens);

    /// <summary>Tokens of one of them.</summary>
    internal int PartTokens => Math.Max(1, BatchTokens / Parts);
}
