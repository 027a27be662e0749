using Attar.Models.Heads;

namespace Attar.Distillation;

/// <summary>What targets are: gains in [0,1], or logits of them.</summary>
readonly record struct TargetScale(bool OfGains)
{
    const double RaterCeiling = .95; // a sure gain as a logit: beyond it margins between good and best would dwarf all others

    /// <summary>The one asked for, unless the loss wants gains.</summary>
    public static TargetScale Of(Loss loss, ScoreTransform asked) => new(LossOf.WantsGain(loss) || asked == ScoreTransform.ExpectedGain);

    /// <summary>The target of a label, given what its number is.</summary>
    public float Target(float score, ScoreTransform label) =>
        OfGains == (label == ScoreTransform.ExpectedGain) ? score : (float)(OfGains ? Gain(score, label) : GradeHead.Logit(score));

    /// <summary>What a label says of a product, in [0,1].</summary>
    public static double Gain(float score, ScoreTransform label) => label == ScoreTransform.ExpectedGain ? score : 1 / (1 + Math.Exp(-score));

    /// <summary>The target of a gain that is one of few: a grade's, or a rater's.</summary>
    public float Target(double gain) => (float)(OfGains ? gain : GradeHead.Logit(Math.Clamp(gain, 1 - RaterCeiling, RaterCeiling)));
}
