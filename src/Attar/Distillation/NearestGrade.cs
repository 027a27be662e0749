using Attar.Data;

namespace Attar.Distillation;

/// <summary>Hard targets: the teacher's verdict without its doubt, the grade whose gain is nearest.</summary>
sealed class NearestGrade(GradeScale grades, TargetScale scale)
{
    readonly float[] targets = [.. grades.Gains.Select(scale.Target)];

    /// <param name="gain">What the teacher expects.</param>
    public float Of(double gain) => targets[grades.Gains.Index().MinBy(grade => Math.Abs(grade.Item - gain)).Index];
}
