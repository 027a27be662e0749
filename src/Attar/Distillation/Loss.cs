using Attar.Distillation.Losses;

namespace Attar.Distillation;

/// <summary>The losses a student can be trained with.</summary>
public enum Loss { MarginMse, Mse, SoftBce, ListwiseKl, RankNet, InfoNce }

/// <summary>A loss over the products of one query. A new loss is one file in <c>Losses</c> and one line here.</summary>
public static class LossOf
{
    /// <summary>The loss of a group; writes its gradient. Scores are raw logits, targets on the scale of <see cref="WantsGain"/>.</summary>
    /// <param name="anchor">Weight of the pointwise term that ties down what margins leave free.</param>
    /// <param name="temperature">Of <see cref="Losses.ListwiseKl"/> and <see cref="Losses.InfoNce"/>.</param>
    /// <param name="ofTeacher">The teacher's in the first of them; null: the same.</param>
    public static double Group(Loss loss, ReadOnlySpan<float> scores, ReadOnlySpan<float> targets, float anchor, float temperature, Span<float> gradient, float? ofTeacher = null) => loss switch
    {
        Loss.MarginMse => MarginMse.Of(scores, targets, anchor, gradient),
        Loss.Mse => Mse.Of(scores, targets, gradient),
        Loss.SoftBce => SoftBce.Of(scores, targets, gradient),
        Loss.ListwiseKl => ListwiseKl.Of(scores, targets, temperature, gradient, ofTeacher) + Anchor.Add(scores, targets, anchor, gradient),
        Loss.RankNet => RankNet.Of(scores, targets, gradient) + Anchor.Add(scores, targets, anchor, gradient),
        Loss.InfoNce => InfoNce.Of(scores, targets, temperature, gradient) + SoftBce.Add(scores, targets, anchor, gradient),
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
    };

    /// <summary>Whether targets are gains in [0,1] rather than logits of them.</summary>
    public static bool WantsGain(Loss loss) => loss is Loss.SoftBce or Loss.InfoNce;
}
