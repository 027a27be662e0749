using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Attar.Evaluation;
using Attar.Online.Experiments;

namespace Attar.Online.Readout;

/// <summary>A report as tables of text, and as JSON.</summary>
public static class ReportText
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonObject ToJson(ExperimentReport report) => JsonSerializer.SerializeToNode(report, Json)!.AsObject();

    public static void Write(ExperimentReport report, TextWriter writer)
    {
        writer.WriteLine($"{report.Name}: {report.Verdict}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Kind(report)}, {report.State}; {report.Requests:N0} {(report.Requests == 1 ? "search" : "searches")} of {report.Clients:N0} {(report.Clients == 1 ? "client" : "clients")} since {report.Begun:yyyy-MM-dd HH:mm} UTC"));
        writer.WriteLine();
        Table(writer, ["arm", "ranker", "searches", "clients", "p95 ms", ""], report.Arms.Select(arm => (string[])[arm.Name, arm.Ranker, $"{arm.Requests}", $"{arm.Clients}", arm.P95 is { } p95 ? p95.ToString("0.0", CultureInfo.InvariantCulture) : "–", arm.Halted is { } why ? "halted: " + why : ""]));
        if (report.Mismatch is { } mismatch)
            writer.WriteLine($"\nshares of the clients: p {ResultTable.Figure(mismatch.P)}, at any look {ResultTable.Figure(mismatch.AlwaysP)}{(mismatch.Alarm ? ": MISMATCH, believe no other figure" : "")}");
        if (report.Preferences.Count > 0)
        {
            writer.WriteLine();
            Table(writer, ["preferred by", "won", "lost", "tied", "share won", "bootstrap 95 %", "sign p", "always valid 95 %", "p", "verdict"], report.Preferences.Select(one => (string[])
                [one.Action, $"{one.Wins}", $"{one.Losses}", $"{one.Ties}", ResultTable.Figure(one.Share), Range(one.Bootstrap, ResultTable.Figure), ResultTable.Figure(one.SignP), Range(one.Always, ResultTable.Figure), ResultTable.Figure(one.AlwaysP), one.Verdict]));
        }
        foreach (var arm in report.Differences.GroupBy(one => one.Arm))
        {
            writer.WriteLine();
            Table(writer, [arm.Key, "control", "arm", "difference", "95 %", "p", "always valid 95 %", "p", "verdict"], arm.SelectMany(Rows));
        }
        if (report.Needs.Count > 0)
        {
            writer.WriteLine();
            Table(writer, ["to find in four of five experiments", "searches", "days at this pace"], report.Needs.Select(need => (string[])[need.Effect, need.Units.ToString("N0", CultureInfo.InvariantCulture), need.Days.ToString("N1", CultureInfo.InvariantCulture)]));
        }
        PlaceReport[] places = [.. report.Places.Where(place => place.Place is 1 or 2 or 3 or 5 or 10 or 20 or 40)];
        if (places.Length == 0) return;
        writer.WriteLine();
        Table(writer, ["place", .. places.Select(place => $"{place.Place}")], [["clicked", .. places.Select(place => ResultTable.Figure(place.Share))]]);
    }

    static IEnumerable<string[]> Rows(DifferenceReport one)
    {
        yield return [one.Metric, ResultTable.Figure(one.Control), ResultTable.Figure(one.Treatment), ResultTable.Signed(one.Value), Range(one.Once, ResultTable.Signed), ResultTable.Figure(one.P), Range(one.Always, ResultTable.Signed), ResultTable.Figure(one.AlwaysP), one.Verdict];
        if (one.Reduced is { } reduced)
            yield return [string.Create(CultureInfo.InvariantCulture, $"  less its past ({1 - reduced.Kept:0%} less variance)"), "", "", ResultTable.Signed(reduced.Value), Range(reduced.Once, ResultTable.Signed), ResultTable.Figure(reduced.P), Range(reduced.Always, ResultTable.Signed), ResultTable.Figure(reduced.AlwaysP), ""];
    }

    /// <summary>In words.</summary>
    public static string Kind(ExperimentReport report) => report.Kind == ExperimentKind.Interleave ? "interleaved" : "A/B";

    /// <summary>A dash where nothing is ruled out yet.</summary>
    public static string Range(Interval interval, Func<double, string> figure) => double.IsFinite(interval.Low) ? $"{figure(interval.Low)} to {figure(interval.High)}" : "–";

    static void Table(TextWriter writer, string[] header, IEnumerable<string[]> rows) => new ResultTable(header, [.. rows]).WriteTo(writer);
}
