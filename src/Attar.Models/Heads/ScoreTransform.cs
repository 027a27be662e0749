namespace Attar.Models.Heads;

/// <summary>What number a distribution over grades becomes, or that there is none. A label store records it, because scores of different transforms do not mix.</summary>
public enum ScoreTransform
{
    /// <summary>log(e / (1 - e)) of the expected gain e: a student can reach it without squashing.</summary>
    Logit,

    /// <summary>e = Σ_k gain_k p_k, in [0,1].</summary>
    ExpectedGain,

    /// <summary>The one logit of a model that has no grades, as it is.</summary>
    Raw,
}
