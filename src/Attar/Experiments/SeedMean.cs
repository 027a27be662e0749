using Attar.Distillation;
using Attar.Evaluation;

namespace Attar.Experiments;

/// <summary>Students that differ in their seed alone.</summary>
/// <param name="Stage">How they were trained.</param>
sealed record SeedMean(string Name, DistillStage Stage, IReadOnlyList<SystemScores> Seeds, int Resamples, ulong ResamplingSeed)
{
    /// <summary>The mean of the seeds.</summary>
    public SystemScores Mean { get; } = SystemScores.Mean(Name, Seeds, Resamples, ResamplingSeed);
}
