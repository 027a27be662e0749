using System.Text.Json;
using Attar.Workspaces;

namespace Attar.Evaluation.Audit;

/// <summary>What <c>audit/teacher.json</c> says.</summary>
/// <param name="Systems">The teacher first.</param>
/// <param name="Inherited">What became in the students of each segment in which the teacher errs otherwise than in the rest.</param>
public sealed record TeacherAudit(string Split, string Fit, int Queries, int Pairs, IReadOnlyList<SystemAudit> Systems, IReadOnlyList<InheritedBias> Inherited)
{
    /// <summary>From which q on a difference is not shown.</summary>
    public const double FalseDiscoveryRate = .05;

    /// <exception cref="InputException">The file is damaged.</exception>
    internal static TeacherAudit Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TeacherAudit>(File.ReadAllBytes(path), RecordJson.Options) is { Systems.Count: > 0 } read ? read : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InputException(path, "damaged: expected what attar audit teacher writes; audit again");
        }
    }

    public void Write(string path) => AtomicFile.WriteText(path, writer => writer.WriteLine(JsonSerializer.Serialize(this, RecordJson.Options)));
}

/// <param name="Threshold">The score, as a gain, from which as many pairs lie as people judged relevant.</param>
/// <param name="Error">Mean of the system's gain minus people's.</param>
/// <param name="OverRecall">Of the pairs that people judged irrelevant, the share from the threshold on; null without such pairs.</param>
/// <param name="Probes">None where the system is a file of scores, which cannot be asked.</param>
public sealed record SystemAudit(
    string Name, double Threshold, Estimate Error, Estimate? OverRecall,
    IReadOnlyList<SegmentFigures> Segments, IReadOnlyList<CalibrationFigures> Calibration, IReadOnlyList<ProbeFigures> Probes);

/// <summary>One segment of one dimension. Intervals hold 95 % of resamples of the queries.</summary>
/// <param name="Error">Mean signed error: the system's gain minus people's.</param>
/// <param name="Difference">Of the error to that of all other pairs.</param>
/// <param name="Q">Of the difference, among those of all segments.</param>
/// <param name="Agreement">Correlation of the system's gains with people's.</param>
public sealed record SegmentFigures(
    string Dimension, string Segment, int Pairs, int Queries, Estimate? Error, Estimate? Difference, double? Q,
    Estimate? OverRecall, Estimate? OverRecallDifference, double? OverRecallQ, double? Agreement)
{
    /// <summary>Whether the system errs otherwise here than in the rest.</summary>
    public bool Shown => Q <= TeacherAudit.FalseDiscoveryRate;
}

/// <summary>How far promised gains are from judged ones, on the split that was not fitted on.</summary>
/// <param name="Method">As it is, or what was done to the scores.</param>
/// <param name="CalibrationError">In ten bins.</param>
/// <param name="SquaredError">Mean squared error of the gains (Brier's score, for gains).</param>
/// <param name="SegmentError">Mean distance of a segment's error from the error of all pairs, by pairs.</param>
public sealed record CalibrationFigures(string Method, double CalibrationError, double SquaredError, double SegmentError);

/// <summary>What a change to the products, which should not matter or should, does to their scores.</summary>
/// <param name="Expected">What a sound system does: <c>none</c> or <c>down</c>.</param>
/// <param name="Pairs">Changed.</param>
/// <param name="Gain">Mean change of the promised gain.</param>
/// <param name="Flips">Share of comparisons with another product of the query that come out the other way.</param>
public sealed record ProbeFigures(string Name, string Means, string Expected, int Pairs, Estimate? Gain, Estimate? Flips);

/// <param name="Teacher">The difference of the segment's error from the rest's in the teacher.</param>
/// <param name="Student">The same in the student.</param>
/// <param name="Verdict"><c>reduced</c> (below half), <c>not shown</c>, <c>grew</c> (the whole interval lies beyond the teacher's) or <c>passed on</c>.</param>
public sealed record InheritedBias(string System, string Dimension, string Segment, double Teacher, Estimate Student, string Verdict)
{
    internal static string Judge(double teacher, Estimate student) =>
        Math.Abs(student.Value) < Math.Abs(teacher) / 2 ? "reduced"
        : student.Value * teacher < 0 || student is { Low: <= 0, High: >= 0 } ? Comparison.NotShown
        : Math.Min(Math.Abs(student.Low), Math.Abs(student.High)) > Math.Abs(teacher) ? "grew"
        : "passed on";
}
