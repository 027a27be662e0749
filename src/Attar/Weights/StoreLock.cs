
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>
/// Lets one at a time fill an entry of the store, of this process or another. The operating system holds the lock while the process lives,
/// so a killed pull leaves none behind; the file stays.
/// </summary>
sealed class StoreLock : IDisposable
{
    static readonly TimeSpan between = TimeSpan.FromMilliseconds(100);
    readonly FileStream file;

    StoreLock(FileStream file) => this.file = file;

    /// <summary>Waits for whoever has it.</summary>
    /// <exception cref="OperationCanceledException"/>
    public static StoreLock Wait(string path, string what, IProgressSink progress, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (bool told = false; ; told = true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (File.Exists(path) && e is not PathTooLongException)
            {
                if (!told) progress.Note($"{what}: somebody else is fetching it; waits for them");
                cancel.WaitHandle.WaitOne(between);
            }
        }
    }

    public void Dispose() => file.Dispose();
}
