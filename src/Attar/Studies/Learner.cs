using Attar.Distillation;

namespace Attar.Studies;

/// <summary>A student of a study, trained once for each seed.</summary>
/// <param name="Stage">How; its folder and its seed are given by the study.</param>
/// <param name="After">The learner whose weights it goes on from, of the same seed; null: it starts as <paramref name="Stage"/> says.</param>
sealed record Learner(string Name, DistillStage Stage, string? After = null);
