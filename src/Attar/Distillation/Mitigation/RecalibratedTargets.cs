using Attar.Data;
using Attar.Evaluation.Audit;
using Attar.Labeling;
using Attar.Models.Heads;

namespace Attar.Distillation.Mitigation;

/// <summary>A label says what people's judgments of such pairs come to, in place of what the teacher thinks of them.</summary>
/// <param name="transform">Of the labels.</param>
sealed class RecalibratedTargets(Recalibration curves, ScoreTransform transform) : ILabelStep
{
    public Label Of(Query query, Product product, Label label) => label with
    {
        Score = (float)(transform != ScoreTransform.ExpectedGain
            ? curves.Of(query, product, label.Score)
            : JudgedScores.Gain(curves.Of(query, product, GradeHead.Logit(label.Score)))),
    };
}
