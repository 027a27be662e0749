using System.Text;

namespace Attar.Labeling.Exchange;

/// <summary>Sorts any number of lines, ordinally, in the memory of a million: sorted runs go to temporary files that are merged at the end.</summary>
sealed class LineSort(string folder, int most = 1 << 20) : IDisposable
{
    readonly List<string> lines = [];
    readonly List<FileStream> runs = [];

    public void Add(string line)
    {
        lines.Add(line);
        if (lines.Count == most) Spill();
    }

    /// <summary>All lines; none may be added afterwards.</summary>
    public IEnumerable<string> Sorted()
    {
        Spill();
        var next = new PriorityQueue<StreamReader, (string Line, int Run)>(Comparer<(string Line, int Run)>.Create((a, b) => string.CompareOrdinal(a.Line, b.Line) is var order && order != 0 ? order : a.Run - b.Run));
        foreach (var (run, file) in runs.Index())
        {
            file.Position = 0;
            var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
            if (reader.ReadLine() is { } line) next.Enqueue(reader, (line, run));
        }
        while (next.TryDequeue(out StreamReader? reader, out var first))
        {
            yield return first.Line;
            if (reader.ReadLine() is { } line) next.Enqueue(reader, (line, first.Run));
        }
    }

    void Spill()
    {
        if (lines.Count == 0) return;
        lines.Sort(string.CompareOrdinal);
        Directory.CreateDirectory(folder);
        var run = new FileStream(Path.Combine(folder, $"{Guid.NewGuid():n}.tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        runs.Add(run);
        using (var writer = new StreamWriter(run, leaveOpen: true) { NewLine = "\n" })
            foreach (string line in lines) writer.WriteLine(line);
        lines.Clear();
    }

    public void Dispose()
    {
        foreach (FileStream run in runs) run.Dispose();
    }
}
