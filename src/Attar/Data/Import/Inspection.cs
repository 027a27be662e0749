using Attar.Data.Reading;
using Attar.Workspaces;

namespace Attar.Data.Import;

/// <summary>A look at foreign files without importing them.</summary>
public static class Inspection
{
    const int ShownRows = 3, ShownRatings = 12;

    /// <summary>Says of each file how it is read, what its columns seem to mean, and what stands in the first rows; then, of all together, what an import would say.</summary>
    /// <exception cref="InputException">naming every fault of the files.</exception>
    public static void Of(IReadOnlyList<string> paths, string? map, string? format, IProgressSink progress, CancellationToken cancel)
    {
        var faults = new FaultList();
        FieldMap given = FieldMap.Parse(map);
        string[] files = [.. paths.SelectMany(path => Directory.Exists(path) ? SourceFolder.FilesOf(path).Select(file => file.Path) : [path])];
        var roles = new Dictionary<Role, List<string>>();
        bool brings = false; // products
        foreach (string path in files)
        {
            Format? named = format is null ? null : Formats.Named(format);
            if (Source.Of(path, null, named, given, strict: files.Length == 1, faults) is not { } source)
            {
                if (File.Exists(path) && !faults.Any) progress.Note($"{path}: {(named ?? Formats.Of(ForeignFile.Open(path, faults)!)).Name}; neither products, judgments, queries nor events by its columns; say which columns are what with --map");
                continue;
            }
            progress.Note(source.Describe(scoped: false));
            foreach (Row row in source.Rows(faults).Take(ShownRows))
                progress.Note($"  {row.Where}: {string.Join(" | ", source.Map.Columns.Keys.Select(field => $"{field}: {Short(source.Map.Text(row, field))}"))}");
            if (source.Role == Role.Judgments && !source.Map.Has(Fields.Title)) TellRatings(source, faults, progress);
            else brings |= source.Role is Role.Products or Role.Judgments;
            if (!roles.TryGetValue(source.Role, out List<string>? own)) roles[source.Role] = own = [];
            own.Add(path);
        }
        faults.ThrowIfAny();
        string[]? Files(Role role) => roles.TryGetValue(role, out List<string>? own) ? [.. own] : null;
        if (!brings) return;
        var stage = new ImportStage(Map: map, Products: Files(Role.Products), Judgments: Files(Role.Judgments), Queries: Files(Role.Queries), Events: Files(Role.Events), Formats: format);
        progress.Note(ImportStage.Summary(new ShopImport(stage, progress, cancel).Run().Data));
    }

    /// <summary>Judgments alone are no shop, but their ratings can be counted.</summary>
    static void TellRatings(Source source, FaultList faults, IProgressSink progress)
    {
        var ratings = new TextList();
        long rows = 0;
        string[] columns = source.Map.Columns.GetValueOrDefault(Fields.Votes) ?? source.Map.Columns.GetValueOrDefault(Fields.Rating) ?? [];
        foreach (Row row in source.Rows(faults))
        {
            rows++;
            foreach (string column in columns) ratings.Place(row[column].Trim(), row);
        }
        var shown = ratings.Texts.Select((text, place) => (Text: text.Length == 0 ? "blank" : text, Count: ratings.CountOf(place))).OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Text, StringComparer.Ordinal).Take(ShownRatings);
        progress.Note($"  {rows:N0} rows, {ratings.Texts.Count:N0} different ratings: {string.Join(", ", shown.Select(entry => $"{entry.Text} ({entry.Count:N0})"))}");
    }

    static string Short(string text) => text.Length > 60 ? text[..60] + "..." : text;
}
