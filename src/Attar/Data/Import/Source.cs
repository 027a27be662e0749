using Attar.Data.Reading;

namespace Attar.Data.Import;

/// <summary>A file with what was found out of it: who reads it, for what, and which columns mean what.</summary>
/// <param name="Split">Of all its judgments, where the file says so by its name.</param>
sealed record Source(ForeignFile File, Format Format, FileMap Map, IReadOnlyList<string> Columns, Split? Split = null)
{
    const int Sampled = 200, Named = 20_000; // rows whose content is looked at, and, where rows name their own columns, those whose names are

    public Role Role => Map.Role;

    /// <summary>The rows, with only those columns that the map names and those kept.</summary>
    public IEnumerable<Row> Rows(FaultList faults) => Format.Read(File, faults, new HashSet<string>(Map.All.Concat(Map.Kept)));

    /// <param name="role">Null: found out from the columns.</param>
    /// <returns>Null, and a fault, where the file cannot be read; null alone where it is none of the four.</returns>
    public static Source? Of(string path, Role? role, Format? format, FieldMap given, bool strict, FaultList faults, Split? split = null, IReadOnlyList<string>? keep = null)
    {
        if (ForeignFile.Open(path, faults) is not { } file) return null;
        format ??= Formats.Of(file);
        var sample = new List<IReadOnlyDictionary<string, string>>();
        IReadOnlyList<string> columns = [];
        var found = new FaultList(); // told when all of the file is read
        foreach (Row row in format.Read(file, found))
        {
            columns = row.Columns.Names;
            if (sample.Count < Sampled) sample.Add(columns.Where(column => row[column].Length > 0).ToDictionary(column => column, column => row[column]));
            if (sample.Count == Sampled && format.HasHeader || row.Number == Named) break;
        }
        columns = [.. columns];
        if (columns.Count == 0)
        {
            if (found.Any) found.MoveTo(faults);
            else faults.Add(path, $"no rows; expected at least one below the header ({format.Name}); check the file");
            return null;
        }
        Role? meant = role ?? RoleOf(file, format, columns);
        string[] kept = meant is Role.Products or Role.Judgments ? [.. (keep ?? []).Where(columns.Contains), .. columns.Where(FileMap.IsKept)] : [];
        return meant is { } known ? new Source(file, format, FileMap.Of(file, known, given, sample, columns, [.. kept.Distinct()], strict, faults), columns, split) : null;
    }

    /// <summary>What a file is by the names of its columns, and of itself where these leave it open.</summary>
    static Role? RoleOf(ForeignFile file, Format format, IReadOnlyList<string> columns)
    {
        HashSet<string> plain = [.. columns.Select(Fields.Plain)];
        bool Has(Role role, string field) => Fields.Of(role).First(known => known.Name == field).Names.Any(plain.Contains);
        bool named = file.Name.Contains("quer", StringComparison.OrdinalIgnoreCase);
        if (plain.Contains("actionname") || plain.Contains("userquery") || Has(Role.Events, Fields.Action) && Has(Role.Events, Fields.Query) && !Has(Role.Products, Fields.Title)) return Role.Events;
        bool asks = plain.Contains("queryid") || Has(Role.Judgments, Fields.Query) && !(plain.Contains("text") && !plain.Contains("query"));
        if (asks && (Has(Role.Judgments, Fields.Rating) || columns.Count(FileMap.IsVote) > 1) && (Has(Role.Judgments, Fields.Product) || Has(Role.Products, Fields.Title))) return Role.Judgments;
        if (named && Has(Role.Queries, Fields.Query) && !plain.Contains("title")) return Role.Queries;
        if (Has(Role.Products, Fields.Title)) return Role.Products;
        return Has(Role.Queries, Fields.Query) ? Role.Queries : null;
    }

    public string Describe(bool scoped) => $"{File.Path}: {Format.Describe(File)}, as {Role.ToString().ToLowerInvariant()}: --map {Map.ToMap(scoped)}{(Left() is { Length: > 0 } left ? $" (left out: {string.Join(", ", left)})" : "")}";

    string[] Left() => [.. Columns.Except(Map.All).Except(Map.Kept)];
}

/// <summary>The files of a folder that hold a shop: those right in it, and a BEIR folder's <c>qrels/</c>.</summary>
static class SourceFolder
{
    static readonly string[] endings = [".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xml", ".qrels", ".gz"];

    /// <summary>Each file, with the split that its name says where a BEIR folder has a train split.</summary>
    public static IEnumerable<(string Path, Role? Role, Split? Split)> FilesOf(string folder)
    {
        foreach (string file in In(folder)) if (Path.GetFileName(file) != DatasetFiles.Scale) yield return (file, null, null);
        string qrels = Path.Combine(folder, "qrels");
        if (!Directory.Exists(qrels)) yield break;
        string[] parts = [.. In(qrels)];
        bool trains = parts.Any(part => SplitOf(part) == Split.Train);
        // in the order in which splits are named: the same whatever the file system says
        foreach (string part in parts.OrderBy(part => SplitOf(part) ?? Split.Test)) yield return (part, Role.Judgments, trains ? SplitOf(part) : null);
    }

    static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder).Where(file => endings.Contains(Path.GetExtension(file).ToLowerInvariant()) && !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal);

    static Split? SplitOf(string file) => Path.GetFileNameWithoutExtension(file) switch { "train" => Split.Train, "dev" or "valid" or "validation" => Split.Dev, "test" => Split.Test, _ => null };
}
