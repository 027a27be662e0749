using System.Text.Json;

namespace Attar.Data.Export;

/// <summary>What shoppers asked and did, as <c>events.jsonl</c> keeps it: User Behavior Insights added up.</summary>
static class EventFiles
{
    /// <summary>Copies the events of a data folder where it has any; otherwise nothing.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool CopyTo(string path, string data)
    {
        string events = Path.Combine(data, DatasetFiles.Events);
        if (!File.Exists(events)) return false;
        AtomicFile.Write(path, stream =>
        {
            using FileStream from = File.OpenRead(events);
            from.CopyTo(stream);
        });
        return true;
    }

    /// <summary>The same as a table: a search has neither product nor action.</summary>
    public static void WriteTable(string path, string data)
    {
        string events = Path.Combine(data, DatasetFiles.Events);
        if (File.Exists(events)) CsvFolder.Table(path, "query,product_id,action,count", File.ReadLines(events).Select(Row));
    }

    static string[] Row(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        string query = root.GetProperty("user_query").GetString()!;
        return root.TryGetProperty("action_name", out JsonElement action)
            ? [query, root.GetProperty("event_attributes").GetProperty("object").GetProperty("object_id").GetString()!, action.GetString()!, root.GetProperty("count").GetRawText()]
            : [query, "", "", root.GetProperty("searches").GetRawText()];
    }
}
