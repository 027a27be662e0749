using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Server.Workbench;

/// <summary>What the record says of a stage, in words.</summary>
static class StageText
{
    /// <param name="busy">Whether a run is at work, which is then at the stage that began last.</param>
    public static string StateOf(string title, IReadOnlyDictionary<string, StageEntry> stages, bool busy) =>
        stages[title].Outputs is not null ? "done" : busy && stages.MaxBy(stage => stage.Value.Started).Key == title ? "running" : "stopped before its end";

    /// <summary><c>21 s</c>, <c>3 min 5 s</c>, <c>2 h 4 min</c>.</summary>
    public static string Spoken(double seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalSeconds: < 10 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } time => $"{time.Seconds} s",
        { TotalHours: < 1 } time => $"{time.Minutes} min {time.Seconds} s",
        var time => $"{(int)time.TotalHours} h {time.Minutes} min",
    };

    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The options that say something: <c>training.epochs</c> and <c>2</c>.</summary>
    public static IEnumerable<(string Name, string Value)> Options(JsonObject options, string prefix = "") => options.SelectMany(option => option.Value switch
    {
        null => [],
        JsonObject inner => Options(inner, $"{prefix}{option.Key}."),
        JsonArray list => [(prefix + option.Key, string.Join(", ", list.Select(Text)))],
        var value => (IEnumerable<(string, string)>)[(prefix + option.Key, Text(value))],
    });

    static string Text(JsonNode? value) => value is JsonValue single && single.TryGetValue(out string? text) ? text : value?.ToJsonString() ?? "";
}
