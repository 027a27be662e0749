using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Cli;

/// <summary><c>report/metrics.json</c> as the evaluation wrote it.</summary>
static class RecordedMetrics
{
    public static string PathIn(Workspace workspace) => Path.Combine(workspace.Report, "metrics.json");

    /// <returns>Null when nothing was evaluated in the workspace.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static JsonObject? Read(Workspace workspace)
    {
        string path = PathIn(workspace);
        if (!File.Exists(path)) return null;
        try
        {
            if (JsonTexts.Node(File.ReadAllText(path)) is JsonObject metrics) return metrics;
        }
        catch (JsonException)
        {
            // told below
        }
        throw new InputException(path, "damaged: expected a JSON object; run attar evaluate again");
    }
}
