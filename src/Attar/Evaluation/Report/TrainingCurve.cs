using System.Globalization;
using Attar.Workspaces;

namespace Attar.Evaluation.Report;

/// <summary>What a training wrote down as it went: <c>training.tsv</c> of a model folder, columns <c>step loss dev_ndcg</c>, the last mostly empty.</summary>
/// <param name="Unread">Lines that could not be read, such as a last one cut short by a kill.</param>
/// <param name="Total">Steps of the whole training, where it is under way; else 0.</param>
public sealed record TrainingCurve(string Model, IReadOnlyList<(double Step, double Value)> Loss, IReadOnlyList<(double Step, double Value)> DevNdcg, int Unread, int Total = 0)
{
    const string FileName = "training.tsv", Checkpoints = "checkpoints";

    /// <summary>The curves of every model folder of a workspace, by name; folders without any are left out.</summary>
    public static List<TrainingCurve> ReadAll(string workspace) =>
        [.. Directory.EnumerateDirectories(workspace)
            .Where(folder => File.Exists(Path.Combine(folder, FileName)))
            .Order(StringComparer.Ordinal)
            .Select(folder => Read(Path.GetFileName(folder), Path.Combine(folder, FileName)))
            .Where(curve => curve.Loss.Count > 0)];

    /// <summary>The curve of the training that wrote to the workspace last and has not ended; null where there is none.</summary>
    public static TrainingCurve? ReadOpen(Workspace workspace)
    {
        string making = StagedFolders.Making(workspace.Root, "");
        if (!Directory.Exists(making)) return null;
        FileInfo? latest = new DirectoryInfo(making).EnumerateFiles(FileName, SearchOption.AllDirectories).Where(file => file.Directory!.Name == Checkpoints).MaxBy(file => file.LastWriteTimeUtc);
        if (latest is null) return null;
        string model = Path.GetRelativePath(making, latest.Directory!.Parent!.FullName).Replace('\\', '/');
        return Read(model[(model.IndexOf('/') + 1)..], latest.FullName); // without the stage's own folder
    }

    static TrainingCurve Read(string model, string path)
    {
        List<(double, double)> loss = [], devNdcg = [];
        int unread = 0, total = 0;
        foreach (string line in Lines(path).Skip(1))
        {
            string[] cells = line.Split('\t');
            if (cells.Length < 2 || !Number(cells[0], out double step)) { unread++; continue; }
            if (Number(cells[1], out double value)) loss.Add((step, value));
            if (cells.Length > 2 && Number(cells[2], out double ndcg)) devNdcg.Add((step, ndcg));
            if (cells.Length > 3 && int.TryParse(cells[3], NumberStyles.None, CultureInfo.InvariantCulture, out int all)) total = all;
        }
        return new TrainingCurve(model, loss, devNdcg, unread, total);
    }

    /// <summary>Of a file that a training may be writing to.</summary>
    static IEnumerable<string> Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line) yield return line;
    }

    static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
