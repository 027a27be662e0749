using System.Text.Json;
using Attar.Models.Checkpoints;
using Attar.Tensors.Kernels;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Evaluation.Drift;

/// <summary>How a model's scores lay when it was last looked at: <c>calibration/scores.json</c> in its folder.</summary>
/// <param name="Model">Whose, by <see cref="ModelDigest"/>.</param>
/// <param name="Edges">Between the bins, ascending: tenths of the scores, where they differ.</param>
/// <param name="Shares">Of the scores in each bin, one more than edges.</param>
/// <param name="Scores">How many there were.</param>
public sealed record ScoreReference(string Model, float[] Edges, double[] Shares, int Scores, DateTimeOffset Made)
{
    const int Bins = 10;

    /// <summary>What an empty bin counts as, for its logarithm.</summary>
    const double Least = 1e-4;

    public static string PathIn(string folder, Precision precision) => Path.Combine(folder, ModelDigest.Notes, new ModelReference("scores", precision) + ".json");

    /// <returns>Null of fewer scores than bins, or such as are all the same.</returns>
    public static ScoreReference? Of(string model, IEnumerable<float> scores, DateTimeOffset made)
    {
        float[] sorted = [.. scores.Order()];
        if (sorted.Length < Bins) return null;
        float[] edges = [.. Enumerable.Range(1, Bins - 1).Select(tenth => sorted[tenth * sorted.Length / Bins]).Distinct().Where(edge => edge > sorted[0])];
        if (edges.Length == 0) return null;
        var counts = new long[edges.Length + 1];
        foreach (float score in sorted) counts[BinOf(edges, score)]++;
        return new ScoreReference(model, edges, [.. counts.Select(count => (double)count / sorted.Length)], sorted.Length, made);
    }

    /// <summary>The bin of a score: an edge is the lowest of the bin above.</summary>
    public int BinOf(float score) => BinOf(Edges, score);

    static int BinOf(float[] edges, float score) => Array.BinarySearch(edges, score) is var found && found >= 0 ? found + 1 : ~found;

    /// <summary>
    /// The population stability index, Σ (now - then) ln(now / then) over the bins (Siddiqi, Credit Risk Scorecards, 2006): 0 where nothing
    /// moved; there .1 is taken for a small shift, .25 for a large one.
    /// </summary>
    /// <param name="counts">(bins) scores of late.</param>
    /// <returns>NaN without scores.</returns>
    public double Stability(ReadOnlySpan<long> counts)
    {
        long all = 0;
        foreach (long count in counts) all += count;
        if (all == 0) return double.NaN;
        double index = 0;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            double now = Math.Max((double)counts[bin] / all, Least), then = Math.Max(Shares[bin], Least);
            index += (now - then) * Math.Log(now / then);
        }
        return index;
    }

    public void Write(string path) => AtomicFile.WriteText(path, writer => writer.WriteLine(JsonSerializer.Serialize(this, RecordJson.Options)));

    /// <summary>A model's, or null where it has none that holds for it.</summary>
    /// <param name="digest">Of the model that lies there now.</param>
    public static ScoreReference? Read(string folder, Precision precision, Func<string> digest)
    {
        string path = PathIn(folder, precision);
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<ScoreReference>(File.ReadAllText(path), RecordJson.Options) is { } found
                && found.Edges.Length > 0 && found.Shares.Length == found.Edges.Length + 1 && found.Shares.All(share => share is >= 0 and <= 1)
                && found.Edges.Zip(found.Edges.Skip(1)).All(pair => pair.First < pair.Second) && found.Model == digest() ? found : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // nothing depends on it but a metric
        }
    }
}
