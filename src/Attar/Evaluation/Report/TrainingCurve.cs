using System.Globalization;

namespace Attar.Evaluation.Report;

/// <summary>What a training wrote down as it went: <c>training.tsv</c> of a model folder, columns <c>step loss dev_ndcg</c>, the last mostly empty.</summary>
/// <param name="Unread">Lines that could not be read, such as a last one cut short by a kill.</param>
public sealed record TrainingCurve(string Model, IReadOnlyList<(double Step, double Value)> Loss, IReadOnlyList<(double Step, double Value)> DevNdcg, int Unread)
{
    /// <summary>The curves of every model folder of a workspace, by name; folders without any are left out.</summary>
    public static List<TrainingCurve> ReadAll(string workspace) =>
        [.. Directory.EnumerateDirectories(workspace)
            .Where(folder => File.Exists(Path.Combine(folder, "training.tsv")))
            .Order(StringComparer.Ordinal)
            .Select(folder => Read(Path.GetFileName(folder), Path.Combine(folder, "training.tsv")))
            .Where(curve => curve.Loss.Count > 0)];

    static TrainingCurve Read(string model, string path)
    {
        List<(double, double)> loss = [], devNdcg = [];
        int unread = 0;
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] cells = line.Split('\t');
            if (cells.Length < 2 || !Number(cells[0], out double step)) { unread++; continue; }
            if (Number(cells[1], out double value)) loss.Add((step, value));
            if (cells.Length > 2 && Number(cells[2], out double ndcg)) devNdcg.Add((step, ndcg));
        }
        return new TrainingCurve(model, loss, devNdcg, unread);
    }

    static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
