using System.Net;
using Attar.Endpoints;
using Attar.Workspaces;

namespace Attar.Weights.Hub;

/// <summary>Fetches files whole: what breaks off is gone on with, now or by a later run, and what does not have the listed size and digest is not kept.</summary>
/// <param name="seed">Of the waits, so that those who failed together do not come back together.</param>
sealed class HubDownload(HubConnection connection, IProgressSink progress, TimeProvider clock, CancellationToken cancel, int seed)
{
    const int Attempts = 5; // in a row that bring nothing much
    const long Much = 1 << 20;
    const string Part = ".part";
    static readonly TimeSpan silence = TimeSpan.FromSeconds(30), longestWait = TimeSpan.FromMinutes(10);

    readonly Random random = new(seed);

    /// <summary>Does something until it succeeds, as long as there is hope.</summary>
    /// <param name="what">Stands before what goes wrong, but at the first contact, which is about the whole.</param>
    /// <param name="gained">How many bytes there are so far; null at the first contact: where nobody answers, nobody is waited for.</param>
    /// <exception cref="HubException"/>
    public async Task<T> Patiently<T>(string what, Func<Task<T>> attempt, Func<long>? gained = null)
    {
        for (int failures = 1; ; failures++)
        {
            long before = gained?.Invoke() ?? 0;
            try
            {
                return await attempt();
            }
            catch (HubException fault)
            {
                string about = gained is null ? "" : $"{what}: ";
                if (!fault.Temporary || (fault.Unreachable && gained is null)) throw new HubException(about + fault.Message) { Unreachable = fault.Unreachable };
                if (gained?.Invoke() - before >= Much) failures = 1;
                if (failures >= Attempts) throw new HubException($"{about}{fault.Message} ({failures} times)");
                if (fault.Wait > longestWait) throw new HubException($"{about}{fault.Message}, and asks to wait {fault.Wait.Value.TotalMinutes:n0} min; try again then");
                TimeSpan wait = (fault.Wait ?? TimeSpan.Zero) + Backoff.Delay(failures, random.NextDouble());
                progress.Note($"{what}: {fault.Message}; tries again in {wait.TotalSeconds:0} s");
                await Task.Delay(wait, clock, cancel);
            }
        }
    }

    /// <param name="path">Where the file is to be.</param>
    /// <param name="came">Told of how many more bytes there are; those of a former run too.</param>
    /// <exception cref="HubException"/>
    public async Task Fetch(Uri address, HubFile file, string path, Action<long> came)
    {
        string part = path + Part;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Length(part) > file.Size) File.Delete(part);
        bool resumed = Length(part) > 0;
        came(Length(part));
        await Patiently(file.Name, async () =>
        {
            if (Length(part) < file.Size || file.Size == 0) await GoOn(address, file, part, came);
            return true;
        }, () => Length(part));
        if (!Digest.Fits(part, file.Digest, cancel))
        {
            came(-Length(part));
            File.Delete(part);
            if (!resumed) throw new HubException($"{file.Name}: what came is not what the Hub lists, by its digest {file.Digest}; it was thrown away: try again, and if it stays so, trust neither");
            await Fetch(address, file, path, came); // the former part may have been of something else
            return;
        }
        File.Move(part, path, overwrite: true);
    }

    async Task GoOn(Uri address, HubFile file, string part, Action<long> came)
    {
        long from = Length(part);
        using HttpResponseMessage response = await connection.Get(address, from, cancel);
        if (response.StatusCode == HttpStatusCode.OK) from = Restart(part, from, came);
        else if (response.Content.Headers.ContentRange is { From: { } begin } range && (begin != from || range.Length is { } whole && whole != file.Size))
            throw new HubException($"asked for bytes from {from:n0} of {file.Size:n0}, the answer has those from {begin:n0} of {range.Length:n0}");
        if (response.Content.Headers.ContentLength is { } length && length != file.Size - from)
            throw new HubException($"{file.Size:n0} bytes by the Hub's list, {from + length:n0} by the answer; nothing was fetched");
        using Stream content = await response.Content.ReadAsStreamAsync(cancel);
        using FileStream to = new(part, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        byte[] buffer = new byte[1 << 18];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (true)
            {
                limit.CancelAfter(silence);
                int read = await content.ReadAsync(buffer, limit.Token);
                if (read == 0) break;
                from += read;
                if (from > file.Size) throw new HubException($"more than the {file.Size:n0} bytes that the Hub lists came");
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
                came(read);
            }
        }
        catch (Exception fault) when (fault is HttpIOException or HttpRequestException || fault is IOException { InnerException: System.Net.Sockets.SocketException } || fault is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new HubException($"broke off after {from:n0} of {file.Size:n0} bytes", temporary: true);
        }
        to.Flush(flushToDisk: true);
        if (from < file.Size) throw new HubException($"broke off after {from:n0} of {file.Size:n0} bytes", temporary: true);
    }

    /// <summary>The whole file comes, whatever part was asked for.</summary>
    static long Restart(string part, long had, Action<long> came)
    {
        came(-had);
        File.Delete(part);
        return 0;
    }

    static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
