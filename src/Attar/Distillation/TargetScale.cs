using Attar.Models.Heads;

namespace Attar.Distillation;

/// <summary>What targets are: gains in [0,1], or logits of them.</summary>
readonly record struct TargetScale(bool OfGains)
{
    const double RaterCeiling = .95; // a sure gain as a logit: beyond it margins between good and best would dwarf all others

    /// <summary>Of a loss that learns from people alone.</summary>
    public static TargetScale Of(Loss loss) => new(LossOf.WantsGain(loss));

    /// <summary>Of a loss that learns from labels: on their scale, unless the loss wants gains.</summary>
    public static TargetScale Of(Loss loss, ScoreTransform labels) => new(LossOf.WantsGain(loss) || labels == ScoreTransform.ExpectedGain);

    /// <summary>The target of a gain that is one of few: a grade's, or a rater's.</summary>
    public float Target(double gain) => (float)(OfGains ? gain : GradeHead.Logit(Math.Clamp(gain, 1 - RaterCeiling, RaterCeiling)));
}
