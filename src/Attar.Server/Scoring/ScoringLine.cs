using Attar.Server.Requests;
using Attar.Server.Telemetry;

namespace Attar.Server.Scoring;

/// <summary>
/// The line before the models. One thread takes jobs from it, packs those of one model into a pass by token budget, and computes:
/// two passes at once would only make both slower. Requests of many callers meet in a pass when they come close together; the
/// line waits for that only while somebody is known to be on the way, so a lone request never waits.
/// </summary>
/// <remarks>
/// Who has gone is dropped before it costs. A job ends at its deadline with what is scored by then: while time is short it takes
/// half of what seems affordable at a time, so that a pass that takes longer than expected loses little.
/// </remarks>
sealed class ScoringLine : IDisposable
{
    readonly object gate = new();
    readonly LinkedList<Job> foreground = [], background = [];
    readonly ServerOptions options;
    readonly TimeProvider clock;
    readonly Measurements measurements;
    readonly Thread worker;
    int present, onTheWay;
    bool closed;

    public ScoringLine(ServerOptions options, TimeProvider clock, Measurements measurements)
    {
        (this.options, this.clock, this.measurements) = (options, clock, measurements);
        measurements.ObserveQueue(() => Volatile.Read(ref present));
        worker = new Thread(Work) { IsBackground = true, Name = "scoring" };
        worker.Start();
    }

    /// <summary>Takes a place for a request that is about to be tokenised.</summary>
    /// <remarks>
    /// Who would wait for more than half of the time there is comes too late: most documents would stay unscored, and the little
    /// that is scored would make those behind late as well. A long list before an idle model is never too late.
    /// </remarks>
    /// <exception cref="RequestRefused">when the line is full, or too long for the deadline.</exception>
    public Place Enter(long? deadline)
    {
        lock (gate)
        {
            TimeSpan wait = TimeSpan.Zero;
            foreach (Job job in foreground) wait += job.Model.Pace.TimeFor(job.TokensLeft);
            bool late = deadline is { } limit && wait > TimeSpan.Zero && 2 * wait > clock.GetElapsedTime(clock.GetTimestamp(), limit);
            if (present >= options.MaxWaiting + 1 || late)
                throw new RequestRefused(Refusal.Overloaded, "too many requests are waiting; try again later") { RetryAfter = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 60) };
            present++;
            onTheWay++;
            return new Place(this);
        }
    }

    /// <summary>A request's place; disposing frees it.</summary>
    public sealed class Place(ScoringLine line) : IDisposable
    {
        bool arrived, left;

        /// <returns>When the job ended: finished, or at its deadline.</returns>
        /// <exception cref="OperationCanceledException">when the caller has gone.</exception>
        public async Task<JobResult> Run(Job job, CancellationToken gone)
        {
            using CancellationTokenRegistration leaving = gone.UnsafeRegister(static job => ((Job)job!).TryDrop(), job);
            line.Add(job, line.foreground, Arrive);
            if (job.Deadline is not { } deadline) return await job.Ended;
            TimeSpan left = line.clock.GetElapsedTime(line.clock.GetTimestamp(), deadline);
            using ITimer timer = line.clock.CreateTimer(_ => line.End(job), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            return await job.Ended;
        }

        void Arrive()
        {
            if (!arrived) line.onTheWay--;
            arrived = true;
        }

        public void Dispose()
        {
            lock (line.gate)
            {
                Arrive();
                if (!left) line.present--;
                left = true;
                Monitor.PulseAll(line.gate);
            }
        }
    }

    /// <summary>Runs a job of the server's own, such as the trial of a new model, in its turn.</summary>
    public Task<JobResult> Run(Job job)
    {
        Add(job, foreground, () => { });
        return job.Ended;
    }

    /// <summary>Runs a job when nobody waits.</summary>
    public Task<JobResult> RunInBackground(Job job)
    {
        Add(job, background, () => { });
        return job.Ended;
    }

    void Add(Job job, LinkedList<Job> line, Action arrive)
    {
        lock (gate)
        {
            arrive();
            ObjectDisposedException.ThrowIf(closed || !job.Model.TryUse(), this); // released when it leaves the line: a pass may outlive its request
            job.Arrived = clock.GetTimestamp();
            line.AddLast(job);
            Monitor.PulseAll(gate);
        }
    }

    void Work()
    {
        while (TakePass() is { } pass) Compute(pass);
    }

    Pass? TakePass()
    {
        lock (gate)
        {
            long? waitingSince = null;
            while (!closed)
            {
                Settle(foreground);
                LinkedList<Job> line = foreground.Count > 0 ? foreground : background;
                if (line.Count == 0)
                {
                    Monitor.Wait(gate);
                    continue;
                }
                waitingSince ??= clock.GetTimestamp();
                TimeSpan window = TimeSpan.FromMilliseconds(options.WindowMs) - clock.GetElapsedTime(waitingSince.Value);
                bool room = foreground.Sum(job => job.TokensLeft) < options.PassTokens / 2;
                if (line == foreground && onTheWay > 0 && room && window > TimeSpan.Zero) Monitor.Wait(gate, window);
                else return Pass.Compose(line, options.PassTokens, clock);
            }
            return null;
        }
    }

    /// <summary>Takes out of the line who has gone or is late.</summary>
    void Settle(LinkedList<Job> line)
    {
        for (LinkedListNode<Job>? node = line.First, next; node is not null; node = next)
        {
            next = node.Next;
            Job job = node.Value;
            if (job.Deadline <= clock.GetTimestamp()) job.TryEnd(Waited(job));
            if (!job.Ended.IsCompleted) continue;
            line.Remove(node);
            job.Model.Release();
        }
    }

    void Compute(Pass pass)
    {
        long begun = clock.GetTimestamp();
        foreach (Slice slice in pass.Slices) slice.Job.Begun ??= begun;
        float[] logits;
        try
        {
            logits = pass.Compute();
        }
        catch (Exception error)
        {
            measurements.PassFailed();
            // One request's pairs must not fail another's: each is tried alone.
            if (pass.Slices.Count > 1)
            {
                foreach (Slice slice in pass.Slices) Compute(new Pass([slice]));
                return;
            }
            pass.Slices[0].Job.TryFail(error);
            pass.Slices[0].Job.Model.Release();
            return;
        }
        TimeSpan took = clock.GetElapsedTime(begun);
        pass.Model.Pace.Note(pass.Tokens, took);
        measurements.PassDone(pass.Pairs, pass.Tokens, took);
        lock (gate)
        {
            int start = 0;
            foreach (Slice slice in pass.Slices)
            {
                Job job = slice.Job;
                int labels = pass.Model.Model.Labels, count = slice.Count * labels;
                if (!job.Ended.IsCompleted) logits.AsSpan(start, count).CopyTo(job.Logits.AsSpan(job.Done * labels));
                start += count;
                job.Done += slice.Count;
                job.TokensLeft -= slice.Tokens;
                job.Computed += took;
                if (job.Done == job.Pairs.Length) job.TryEnd(Waited(job));
                if (job.Ended.IsCompleted) job.Model.Release();
                else if (slice.Hurried) slice.Line.AddFirst(job); // better to end what has begun than to begin more
                else slice.Line.AddLast(job); // a long list lets others go in between
            }
        }
    }

    void End(Job job)
    {
        lock (gate) job.TryEnd(Waited(job));
    }

    TimeSpan Waited(Job job) => clock.GetElapsedTime(job.Arrived, job.Begun ?? clock.GetTimestamp());

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
        worker.Join();
        foreach (Job job in foreground.Concat(background))
        {
            job.TryDrop();
            job.Model.Release();
        }
    }
}
