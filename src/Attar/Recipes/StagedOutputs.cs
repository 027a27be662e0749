using System.Security.Cryptography;
using System.Text;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>
/// The outputs of a stage that runs: they are made aside and take the place of the former ones when all are whole, by renaming,
/// so that whoever reads the workspace meanwhile, or after a kill, finds the last that were whole.
/// </summary>
sealed class StagedOutputs
{
    readonly string root, staging;
    readonly IProgressSink progress;

    /// <param name="title">Of the stage.</param>
    /// <param name="outputs">Absolute paths; those outside the workspace are written where they are.</param>
    public StagedOutputs(string title, IEnumerable<string> outputs, Workspace workspace, IProgressSink progress)
    {
        root = workspace.Root;
        this.progress = progress;
        staging = StagedFolders.Making(root, FolderOf(title));
        Outputs = [.. outputs.Where(path => OwnedPath.IsInside(path, root))];
        Workspace = workspace.With(new StagedFolders(root, staging, Outputs));
    }

    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The workspace as the stage is to see it.</summary>
    public Workspace Workspace { get; }

    /// <summary>Forgets what a run left that did not end.</summary>
    public void Clear()
    {
        Delete(staging);
        RemoveIfEmpty(Path.GetDirectoryName(staging)!);
    }

    /// <summary>Takes over what an older Attar, which wrote in place, had begun.</summary>
    public void TakeOver()
    {
        foreach (string output in Outputs.Where(output => Path.Exists(output) && !Path.Exists(Staged(output)))) Move(output, Staged(output));
    }

    /// <summary>Relative to the workspace, what the run wrote so far.</summary>
    public SortedSet<string> Files() => new(FolderFiles.Of(staging).Where(ContentHash.Counts), StringComparer.Ordinal);

    /// <summary>Puts everything into its place; what stopped half way is ended by calling it again.</summary>
    /// <param name="files">What the run wrote, relative to the workspace.</param>
    /// <param name="former">What the run before wrote: it goes. Null: nobody remembers; then the folders are kept as they were.</param>
    public void Publish(IReadOnlySet<string> files, IReadOnlySet<string>? former)
    {
        foreach (string output in Outputs.Where(output => Directory.Exists(Staged(output))))
        {
            string aside = StagedFolders.Replaced(root, Relative(output));
            if (Directory.Exists(output) && former is not null) KeepForeign(output, former);
            else if (Directory.Exists(output)) aside = Unlisted(output);
            Delete(aside);
            Move(output, aside);
            Move(Staged(output), output);
        }
        foreach (string file in FolderFiles.Of(staging)) File.Move(Place(file), Placed(file), overwrite: true);
        foreach (string file in (former ?? files).Except(files).Where(IsBesideOutput))
            if (OwnedPath.Of(root, file, Workspace.Record) is var gone && File.Exists(gone)) File.Delete(gone);
        Delete(Path.GetDirectoryName(StagedFolders.Replaced(root, "any"))!);
        Clear();
    }

    /// <summary>Whether a file lies where the stage writes: a record that was tampered with must not make it delete what others wrote.</summary>
    bool IsBesideOutput(string file) => Outputs.Any(output => OwnedPath.IsInside(Path.Combine(root, file), output) || Path.GetDirectoryName(Path.Combine(root, file)) == Path.GetDirectoryName(output) && Path.HasExtension(output));

    /// <summary>What the stage did not write, somebody else did: it moves along.</summary>
    void KeepForeign(string output, IReadOnlySet<string> former)
    {
        string[] foreign = [.. FolderFiles.Of(output).Where(name => ContentHash.Counts(name) && !former.Contains($"{Relative(output)}/{name}") && !Path.Exists(Path.Combine(Staged(output), name)))];
        foreach (string name in foreign) Move(Path.Combine(output, name), Path.Combine(Staged(output), name));
        if (foreign.Length > 0) progress.Note($"{Relative(output)}/: kept {string.Join(", ", foreign.Take(5))}{(foreign.Length > 5 ? $" and {foreign.Length - 5} more" : "")}, which no stage wrote");
    }

    /// <summary>Where a folder is kept of which nobody knows what in it is whose.</summary>
    string Unlisted(string output)
    {
        string kept = Path.Combine(root, ".former", Relative(output));
        progress.Note($"{Relative(output)}/: made by an older Attar, which kept no list of its files; the folder as it was is {kept}, delete it if nothing of yours is in it");
        return kept;
    }

    /// <summary>Where something of the workspace is made.</summary>
    /// <param name="name">Relative to the workspace.</param>
    internal string Place(string name) => Path.Combine(staging, name);

    string Staged(string output) => Place(Path.GetRelativePath(root, output));

    string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');

    string Placed(string file)
    {
        string place = OwnedPath.Of(root, file, "workspace");
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return place;
    }

    /// <summary>A stage's title as a folder's name: what can be read of it, and what tells it apart.</summary>
    static string FolderOf(string title) =>
        $"{new string([.. title.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')])}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(title)))[..8]}";

    static void Move(string from, string to)
    {
        if (!Path.Exists(from)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (Directory.Exists(from) && !OwnedPath.IsLink(from)) Directory.Move(from, to);
        else File.Move(from, to);
    }

    static void Delete(string path)
    {
        if (OwnedPath.IsLink(path) || File.Exists(path)) File.Delete(path);
        else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    static void RemoveIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }
}
