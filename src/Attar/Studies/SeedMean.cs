using Attar.Evaluation;

namespace Attar.Studies;

/// <summary>Students that differ in their seed alone.</summary>
sealed record SeedMean(Learner Learner, IReadOnlyList<SystemScores> Seeds, int Resamples, ulong ResamplingSeed)
{
    public string Name => Learner.Name;

    /// <summary>The mean of the seeds.</summary>
    public SystemScores Mean { get; } = SystemScores.Mean(Learner.Name, Seeds, Resamples, ResamplingSeed);
}
