namespace Attar.Workspaces;

/// <summary>Says each note as it comes, and keeps it; how far a stage is goes unsaid.</summary>
public sealed class NoteLines(Action<string>? say) : IProgressSink
{
    readonly List<string> all = [];

    public IReadOnlyList<string> All => all;

    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line)
    {
        all.Add(line);
        say?.Invoke(line);
    }
}
