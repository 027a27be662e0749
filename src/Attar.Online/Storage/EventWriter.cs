using System.Threading.Channels;
using Attar.Online.Events;

namespace Attar.Online.Storage;

/// <summary>The store could not take what was to be kept: it is full, away, or too far behind. Nothing of it was acknowledged.</summary>
public sealed class StoreAwayException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What became of the events of one request.</summary>
/// <param name="Accepted">Kept now.</param>
/// <param name="Duplicates">Kept before.</param>
/// <param name="UnknownQueries">Of all of them, those that follow a query the store does not have.</param>
public sealed record Receipt(int Accepted, int Duplicates, int UnknownQueries);

/// <summary>
/// Writes many requests in one commit: each waits until the commit that holds its rows is on the disk. One task writes, so rows
/// come into the store in the order in which they were handed over, and a query stands before the events that follow it.
/// </summary>
public sealed class EventWriter : IAsyncDisposable
{
    /// <summary>Requests that may wait; later ones are told that the store is away.</summary>
    const int MostWaiting = 4096;

    const int RowsOfACommit = 5000;

    readonly OnlineStore store;
    readonly Action<Exception, int> failed;
    readonly Channel<Waiting> waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    readonly Task writing;
    long dropped;

    /// <param name="failed">Told of a commit that failed, and how many requests it held.</param>
    public EventWriter(OnlineStore store, Action<Exception, int> failed)
    {
        (this.store, this.failed) = (store, failed);
        writing = Task.Run(Write);
    }

    sealed record Waiting(IReadOnlyList<ShownQuery> Queries, IReadOnlyList<ShopperEvent> Events, TaskCompletionSource<Receipt>? Done);

    /// <summary>Queries that nobody waited for and that were not kept.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Hands over what was shown, and does not wait: a search goes on whether it is kept or not.</summary>
    public void Offer(ShownQuery query)
    {
        if (!waiting.Writer.TryWrite(new Waiting([query], [], null))) Interlocked.Increment(ref dropped);
    }

    /// <summary>Returns once everything is on the disk.</summary>
    /// <exception cref="StoreAwayException">when it is not.</exception>
    public Task<Receipt> Append(IReadOnlyList<ShownQuery> queries, IReadOnlyList<ShopperEvent> events)
    {
        var done = new TaskCompletionSource<Receipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.Writer.TryWrite(new Waiting(queries, events, done)) ? done.Task : throw new StoreAwayException("too many wait for the store");
    }

    async Task Write()
    {
        List<Waiting> batch = [];
        while (await waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            for (int rows = 0; rows < RowsOfACommit && waiting.Reader.TryRead(out Waiting? next); rows += next.Queries.Count + next.Events.Count) batch.Add(next);
            try
            {
                Appended appended = await store.Append([.. batch.SelectMany(one => one.Queries)], [.. batch.SelectMany(one => one.Events)]);
                HashSet<string> claimed = [.. appended.Added]; // of an event sent twice at once, one is new
                foreach (Waiting one in batch) one.Done?.TrySetResult(ReceiptOf(one, claimed, appended));
            }
            catch (Exception error)
            {
                failed(error, batch.Count);
                Interlocked.Add(ref dropped, batch.Count(one => one.Done is null));
                foreach (Waiting one in batch) one.Done?.TrySetException(new StoreAwayException("the store is away", error));
            }
        }
    }

    static Receipt ReceiptOf(Waiting one, HashSet<string> claimed, Appended appended)
    {
        int accepted = one.Events.Count(shopper => claimed.Remove(shopper.Id));
        return new Receipt(accepted, one.Events.Count - accepted, one.Events.Count(shopper => shopper.Query is { } query && !appended.Queries.Contains(query)));
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
    }
}
