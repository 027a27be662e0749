using System.Globalization;

namespace Attar.Workspaces;

/// <summary>
/// Keeps two runs out of one workspace. The operating system holds the lock while the process lives,
/// so a killed run leaves none behind; the file stays and names the process for people.
/// </summary>
sealed class WorkspaceLock : IDisposable
{
    const string Name = "workspace.lock";

    readonly FileStream file;

    /// <param name="shared">Of workers that write parts of their own: they keep out runs, not each other.</param>
    /// <exception cref="InputException">Another process works in the workspace.</exception>
    public WorkspaceLock(Workspace workspace, bool shared = false)
    {
        string path = Path.Combine(workspace.Root, Name);
        Directory.CreateDirectory(workspace.Root);
        if (OwnedPath.IsLink(path)) throw new InputException(path, "is a link, and what it leads to would be overwritten; remove it");
        try
        {
            file = shared
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path) && e is not PathTooLongException)
        {
            throw new InputException(workspace.Root, "another run is at work here (its process id is in workspace.lock); wait for it, or choose another workspace");
        }
        if (shared) return;
        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush();
    }

    /// <summary>Whether a run is at work. Only a lock that names a process is tried, so that a look keeps out nobody.</summary>
    /// <param name="known">When a lock was written that was found to be of a run that was killed; it is not tried again.</param>
    public static bool IsHeld(Workspace workspace, ref DateTime known)
    {
        var file = new FileInfo(Path.Combine(workspace.Root, Name));
        if (!file.Exists || file.Length == 0 || file.LastWriteTimeUtc == known) return false;
        try
        {
            using (file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite)) known = file.LastWriteTimeUtc;
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        if (file.CanWrite) file.SetLength(0);
        file.Dispose();
    }
}
