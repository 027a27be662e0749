using Attar.Tensors;
using Attar.Tensors.Collectives;

namespace Attar.Tests.Training;

/// <summary>Ranks that are threads of this process.</summary>
sealed class LocalRanks(LocalRanks.Meeting meeting, int rank) : Communicator
{
    public sealed class Meeting(int size) : IDisposable
    {
        public Barrier Barrier { get; } = new(size);
        public Tensor[] Given { get; } = new Tensor[size];

        public void Dispose() => Barrier.Dispose();
    }

    public override int Rank => rank;

    public override int Size => meeting.Given.Length;

    /// <summary>Runs a body on every rank at the same time.</summary>
    public static async Task<T[]> Run<T>(int size, Func<Communicator, T> body)
    {
        using var meeting = new Meeting(size);
        return await Task.WhenAll(Enumerable.Range(0, size).Select(rank => Task.Factory.StartNew(() =>
        {
            using var ranks = new LocalRanks(meeting, rank);
            return body(ranks);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    protected override void Exchange(Tensor from, Tensor to) => Meet(from, () =>
    {
        for (int other = 0; other < Size; other++) meeting.Given[other].Row(rank).CopyTo(to.Row(other));
    });

    protected override void Collect(Tensor own, Tensor all) => Meet(own, () =>
    {
        for (int other = 0; other < Size; other++) meeting.Given[other].Row(0).CopyTo(all.Row(other));
    });

    void Meet(Tensor given, Action take)
    {
        meeting.Given[rank] = given;
        meeting.Barrier.SignalAndWait();
        take();
        meeting.Barrier.SignalAndWait();
    }

    public override void Abort(int code) => throw new NotSupportedException();
}
