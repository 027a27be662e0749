using Attar.Models.Checkpoints;
using Attar.Workspaces;

namespace Attar.Training;

/// <summary>What of a training nobody said, by where its model comes from.</summary>
static class TrainingPresets
{
    /// <param name="given">What was said; null: nothing.</param>
    /// <param name="from">The model to start from; null: one begun at random.</param>
    /// <param name="fineTuning">For a model that learnt elsewhere.</param>
    public static TrainingOptions Of(TrainingOptions? given, string? from, Workspace workspace, TrainingOptions fineTuning) =>
        given is { Epochs: not null, LearningRate: not null, MixedPrecision: not null } ? given // a record of long ago may name weights that are no longer here
        : (given ?? new()).Or(from is null || !ModelStore.LearntElsewhere(workspace.Resolve(from)) ? TrainingOptions.FromScratch : fineTuning);
}
