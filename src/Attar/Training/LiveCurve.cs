using System.Text;

namespace Attar.Training;

/// <summary>The curve of a training under way, for whoever looks at it: <c>checkpoints/training.tsv</c>, columns <c>step loss dev_ndcg total</c>. It goes with the checkpoints.</summary>
sealed class LiveCurve(string folder)
{
    readonly string path = Path.Combine(folder, "checkpoints", "training.tsv");
    int written;

    /// <summary>Adds what is new; the first time also what was there when the training was taken up again.</summary>
    /// <param name="points">Lines of all points so far.</param>
    /// <param name="total">Steps of the whole training.</param>
    public void Show(IReadOnlyList<string> points, int total)
    {
        var text = new StringBuilder(written == 0 ? "step\tloss\tdev_ndcg\ttotal\n" : "");
        foreach (string point in points.Skip(written)) text.Append(point).Append('\t').Append(total).Append('\n');
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, written == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            written = points.Count;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // no training ends because nobody can look at it; the next point brings what is missing
        }
    }
}
