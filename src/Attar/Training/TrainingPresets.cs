using Attar.Models.Checkpoints;
using Attar.Recipes;

namespace Attar.Training;

/// <summary>What of a training nobody said, by where its model comes from.</summary>
static class TrainingPresets
{
    /// <param name="given">What was said; null: nothing.</param>
    /// <param name="from">The model to start from; null: one begun at random.</param>
    /// <param name="lora">Small matrices are trained in place of the weights, and take larger steps (Hu et al. 2021).</param>
    public static TrainingOptions Of(TrainingOptions? given, string? from, Workspace workspace, bool lora = false) =>
        (given ?? new()).Or(from is null || !ModelStore.LearntElsewhere(workspace.Resolve(from)) ? TrainingOptions.FromScratch
            : lora ? TrainingOptions.FineTuning with { LearningRate = 2e-4f } : TrainingOptions.FineTuning);
}
