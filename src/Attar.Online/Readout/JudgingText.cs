using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Online.Judging;

namespace Attar.Online.Readout;

/// <summary>A task's report as tables of text, and as JSON.</summary>
public static class JudgingText
{
    public static JsonObject ToJson(JudgingReport report) => JsonSerializer.SerializeToNode(report, ReportText.Json)!.AsObject();

    public static void Write(JudgingReport report, TextWriter writer)
    {
        writer.WriteLine($"{report.Name}: {Progress(report)}");
        if (report.Raters.Count > 0)
        {
            writer.WriteLine();
            new ResultTable(RaterColumns, [.. report.Raters.Select(Cells)]).WriteTo(writer);
            if (double.IsFinite(report.Alpha)) writer.WriteLine($"\nKrippendorff's alpha of the people, ordinal: {ResultTable.Figure(report.Alpha)}");
        }
        if (report.Estimates.Count > 0)
        {
            writer.WriteLine();
            new ResultTable(EstimateColumns, [.. report.Estimates.Select(Cells)]).WriteTo(writer);
        }
        if (report.Preference is { Answered: > 0 } preference) writer.WriteLine($"\n{Said(preference, report.Systems)}");
    }

    public static string[] RaterColumns { get; } = ["rater", "answers", "cannot say", "seen twice", "same", "kappa with oneself", "shared", "kappa with people", "95 %"];

    public static string[] EstimateColumns { get; } = ["system", "queries done", "DCG", "95 %", "of it below the depth"];

    public static string[] Cells(RaterReport rater) =>
        [rater.Rater, $"{rater.Answers}", $"{rater.CannotSay}", $"{rater.Again}", ResultTable.Figure(rater.Same), ResultTable.Figure(rater.Self), $"{rater.Shared}", ResultTable.Figure(rater.Kappa), Range(rater.Within)];

    public static string[] Cells(SystemEstimate system) => [system.System, $"{system.Queries}", ResultTable.Figure(system.Dcg), Range(system.Within), ResultTable.Figure(system.Below)];

    public static string Progress(JudgingReport report) => string.Create(CultureInfo.InvariantCulture,
        $"{report.Answered:N0} of {report.Asked:N0} {(report.Kind == JudgingKind.Grade ? "products graded" : "queries compared")}{(report.Disputed > 0 ? $", {report.Disputed:N0} disputed" : "")}");

    public static string Said(ListPreference preference, IReadOnlyList<string> systems) => string.Create(CultureInfo.InvariantCulture,
        $"{systems[1]} preferred to {systems[0]} on {preference.Second} queries, {systems[0]} on {preference.First}, alike on {preference.Alike}: share {ResultTable.Figure(preference.Share)} ({Range(preference.Within)}), sign test p {ResultTable.Figure(preference.P)}, {(preference.Verdict == Comparison.NotShown ? "no preference shown" : $"{systems[1]} is {preference.Verdict}")}");

    static string Range(Interval interval) => double.IsFinite(interval.Low) ? $"{ResultTable.Figure(interval.Low)} to {ResultTable.Figure(interval.High)}" : "–";
}
