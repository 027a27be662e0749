using System.Text;
using Attar.Workspaces;

namespace Attar.Tests.Data;

/// <summary>A temporary folder with files for one test, and a sink that remembers what was noted.</summary>
sealed class Folder : IDisposable, IProgressSink
{
    public string Root { get; } = Directory.CreateTempSubdirectory("attar-data-").FullName;

    public List<string> Notes { get; } = [];

    public string this[string name] => Path.Combine(Root, name);

    public string Add(string name, string text, Encoding? encoding = null)
    {
        File.WriteAllText(this[name], text, encoding ?? new UTF8Encoding(false));
        return this[name];
    }

    /// <summary>The faults of a read that must fail, each with the file's name in place of its path.</summary>
    public string[] FaultsOf(Action read) =>
        [.. Assert.Throws<InputException>(read).Faults.Select(fault => fault.ToString().Replace(Root + Path.DirectorySeparatorChar, ""))];

    public StageContext Context() => new(new Workspace(Root), Seed: 1, Threads: 1, this, TimeProvider.System, CancellationToken.None);

    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line) => Notes.Add(line);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
