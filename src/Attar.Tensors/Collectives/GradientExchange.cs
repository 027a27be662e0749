using System.Diagnostics;
using System.Runtime.InteropServices;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Tensors.Collectives;

/// <summary>
/// Sums the gradients of a step's parts over this rank's parts and then over all ranks, a bucket of parameters at a time, each as soon as the backward pass has left it behind (Li et al. 2020).
/// Which parameters a step of the tape finishes is learnt from the first step; what is not known yet is summed at the end. All sums are pairwise, so any number of ranks
/// that is a power of two gives the same bits.
/// </summary>
/// <param name="stores">Of this rank's parts; the first one holds the parameters' own gradients.</param>
public sealed class GradientExchange(Communicator ranks, IReadOnlyList<Parameter> parameters, IReadOnlyList<GradientStore> stores)
{
    const int BucketFloats = 1 << 18; // a megabyte: long enough for a network, short enough to begin early

    readonly Dictionary<Parameter, int> places = parameters.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    readonly Lock turn = new();
    readonly List<Task<(long Began, long Ended)>> sums = [];
    Bucket[] buckets = []; // in the order in which the backward pass leaves them behind
    Dictionary<Parameter, int> bucketOf = [];
    int tapeSteps = -1, sent;
    int[]? finishedAt; // of a parameter by place: the tape's step that was the last to touch it; while it is learnt
    long summing, beside; // ticks

    /// <summary>That sums over the ranks took, waiting for the slowest one included.</summary>
    public TimeSpan Summing => Stopwatch.GetElapsedTime(0, summing);

    /// <summary>The share of it that passed while this rank computed.</summary>
    public double Overlap => summing == 0 ? 0 : (double)beside / summing;

    /// <summary>Begins a step.</summary>
    public void Begin()
    {
        sent = 0;
        foreach (Bucket bucket in buckets) bucket.Reset();
        if (tapeSteps < 0) finishedAt ??= [.. Enumerable.Repeat(-1, parameters.Count)];
    }

    /// <summary>Follows a part's tape, whose gradients are the last of its step.</summary>
    public void Watch(int part, IKernels kernels) => stores[part].Watch = new PartWatch(this, part, kernels);

    /// <summary>A part adds nothing more.</summary>
    public void End(int part, IKernels kernels)
    {
        var watch = stores[part].Watch as PartWatch ?? new PartWatch(this, part, kernels);
        watch.PassAll();
        stores[part].Watch = null;
    }

    /// <summary>Waits until every parameter has the sum of all parts of all ranks.</summary>
    /// <param name="losses">Of all parts, zero where another rank computed them; on return those of all ranks.</param>
    /// <param name="stop">Whether this rank is to stop.</param>
    /// <returns>Whether any rank is.</returns>
    public bool Finish(Span<float> losses, bool stop, IKernels kernels)
    {
        long computed = Stopwatch.GetTimestamp();
        Parameter[] rest = [.. parameters.Where(parameter => !bucketOf.ContainsKey(parameter))];
        for (int stride = 1; stride < stores.Count; stride *= 2)
            for (int part = 0; part + stride < stores.Count; part += 2 * stride) stores[part + stride].MoveTo(stores[part], rest, kernels);
        byte[] mine = [stop ? (byte)1 : (byte)0, .. rest.Select(parameter => parameter.Gradient is null ? (byte)0 : (byte)1), .. MemoryMarshal.AsBytes(losses)];
        byte[][] all = ranks.Gather(mine, alike: true);
        losses.Clear();
        foreach (byte[] other in all)
            foreach ((int i, float loss) in MemoryMarshal.Cast<byte, float>(other.AsSpan(1 + rest.Length)).ToArray().Index()) losses[i] += loss;
        foreach (Parameter[] bucket in Cut(rest.Where((_, i) => all.Any(other => other[1 + i] == 1)))) sums.Add(ranks.Sum([.. bucket.Select(parameter => parameter.OwnGradient)]));
        foreach (Task<(long Began, long Ended)> sum in sums)
        {
            (long began, long ended) = sum.GetAwaiter().GetResult();
            summing += ended - began;
            beside += Math.Max(0, Math.Min(ended, computed) - began);
        }
        sums.Clear();
        if (finishedAt is not null) Plan();
        return all.Any(other => other[0] == 1);
    }

    /// <summary>Every rank plans as the first one saw it.</summary>
    void Plan()
    {
        int[] seen = MemoryMarshal.Cast<byte, int>(ranks.Gather(ranks.Rank == 0 ? MemoryMarshal.AsBytes<int>([tapeSteps, .. finishedAt!]) : [])[0]).ToArray();
        (tapeSteps, int[] at, finishedAt) = (seen[0], seen[1..], null);
        buckets = [.. Cut(parameters.Where((_, place) => at[place] >= 0).OrderByDescending(parameter => at[places[parameter]]))
            .Select(bucket => new Bucket(bucket, bucket.Min(parameter => at[places[parameter]]), stores.Count))];
        bucketOf = buckets.Index().SelectMany(entry => entry.Item.Parameters.Select(parameter => (parameter, entry.Index))).ToDictionary();
    }

    static IEnumerable<Parameter[]> Cut(IEnumerable<Parameter> parameters)
    {
        var bucket = new List<Parameter>();
        foreach (Parameter parameter in parameters)
        {
            bucket.Add(parameter);
            if (bucket.Sum(one => one.Value.Count) < BucketFloats) continue;
            yield return [.. bucket];
            bucket.Clear();
        }
        if (bucket.Count > 0) yield return [.. bucket];
    }

    /// <summary>A part is done with a bucket: it meets its neighbour's, and whoever comes second adds the two up.</summary>
    void Arrive(int index, int part, IKernels kernels)
    {
        Bucket bucket = buckets[index];
        for (int stride = 1; stride < stores.Count; stride *= 2)
        {
            int left = part / (2 * stride) * 2 * stride, right = left + stride;
            if (right >= stores.Count) continue;
            if (Interlocked.Exchange(ref bucket.Met[right], 1) == 0) return;
            stores[right].MoveTo(stores[left], bucket.Parameters, kernels);
            part = left;
        }
        lock (turn) // every rank sends the buckets in the same order
        {
            bucket.IsSummed = true;
            for (; sent < buckets.Length && buckets[sent].IsSummed; sent++) sums.Add(ranks.Sum([.. buckets[sent].Parameters.Select(parameter => parameter.OwnGradient)]));
        }
    }

    sealed class Bucket(Parameter[] parameters, int finishedAt, int parts)
    {
        public Parameter[] Parameters => parameters;
        public int FinishedAt => finishedAt;
        public int[] Met { get; } = new int[parts]; // by the right one of two neighbours: whether one of them is there
        public bool IsSummed { get; set; }

        public void Reset()
        {
            Met.AsSpan().Clear();
            IsSummed = false;
        }
    }

    sealed class PartWatch(GradientExchange exchange, int part, IKernels kernels) : IBackwardWatch
    {
        readonly HashSet<Parameter> touched = [];
        int passed; // buckets

        public void Touched(Parameter parameter)
        {
            if (exchange.bucketOf.TryGetValue(parameter, out int bucket) && bucket < passed)
                throw new InvalidOperationException($"{parameter.Name}: gets a gradient after its last one; the model computes something else in every step");
            if (exchange.finishedAt is not null && part == 0) touched.Add(parameter);
        }

        public void Passed(int step, int steps)
        {
            if (exchange.finishedAt is { } finished && part == 0)
            {
                foreach (Parameter parameter in touched) finished[exchange.places[parameter]] = step;
                touched.Clear();
                exchange.tapeSteps = steps;
            }
            if (steps != exchange.tapeSteps) return; // another course than the one that was learnt: at the end
            for (; passed < exchange.buckets.Length && exchange.buckets[passed].FinishedAt >= step; passed++) exchange.Arrive(passed, part, kernels);
        }

        public void PassAll()
        {
            for (; passed < exchange.buckets.Length; passed++) exchange.Arrive(passed, part, kernels);
        }
    }
}
