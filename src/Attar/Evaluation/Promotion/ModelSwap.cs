using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Evaluation.Promotion;

/// <summary>Puts a model in the place of another by renaming, so that a server that reads the folder meanwhile finds one of them whole.</summary>
static class ModelSwap
{
    const string Before = "before";

    /// <summary>
    /// Copies the new model beside the old one's place, makes sure that it is what was compared, and lets it take the place. What stood
    /// there is kept in <paramref name="kept"/>, from where it can be promoted back. The workspace forgets which stage made the folder,
    /// so that no recipe makes it anew over what was decided here.
    /// </summary>
    /// <param name="digest">Of the new model, as it was compared.</param>
    /// <param name="kept">The promotion's folder.</param>
    /// <exception cref="StageFailedException">when the copy is not what was compared.</exception>
    public static void Run(Workspace workspace, string from, string place, string digest, string kept)
    {
        string source = workspace.ModelAt(from), target = workspace.Model(place);
        string making = StagedFolders.Making(workspace.Root, $"promote-{place}"), replaced = StagedFolders.Replaced(workspace.Root, place), former = Path.Combine(kept, Before);
        if (Directory.Exists(making)) Directory.Delete(making, recursive: true); // of a process that was killed
        if (!Directory.Exists(target) && Directory.Exists(replaced)) Directory.Move(replaced, target);
        foreach (string file in FolderFiles.Of(source).Where(ContentHash.Counts))
        {
            string to = Path.Combine(making, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(source, file), to);
            using FileStream written = new(to, FileMode.Open, FileAccess.ReadWrite);
            written.Flush(flushToDisk: true);
        }
        if (Promoter.DigestOf(making) != digest)
        {
            Directory.Delete(making, recursive: true);
            throw new StageFailedException($"{from} changed while it was copied, so {place} stays as it is; run the command again");
        }
        Forget(workspace, place);
        Directory.CreateDirectory(Path.GetDirectoryName(replaced)!);
        if (Directory.Exists(replaced)) Directory.Delete(replaced, recursive: true);
        Directory.Move(target, replaced);
        Directory.Move(making, target);
        if (Directory.Exists(former)) Directory.Delete(former, recursive: true);
        Directory.CreateDirectory(kept);
        Directory.Move(replaced, former);
        foreach (string folder in (string[])[Path.GetDirectoryName(making)!, Path.GetDirectoryName(replaced)!])
            if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    static void Forget(Workspace workspace, string place)
    {
        WorkspaceRecord record = WorkspaceRecord.Load(workspace);
        string[] made = [.. record.Stages.Where(stage => stage.Value.Ended?.Outputs?.ContainsKey(place) == true).Select(stage => stage.Key)];
        foreach (string title in made) record.Stages.Remove(title);
        if (made.Length > 0) record.Save(workspace);
    }
}
