using Attar.Server.Requests;
using Attar.Server.Settings;
using Attar.Server.Telemetry;

namespace Attar.Server.Scoring;

/// <summary>
/// The line before the models. One thread takes jobs from it, packs those of one model into a pass by token budget, and computes:
/// two passes at once would only make both slower. What comes during a pass may share the next one; an idle line never waits for
/// company. Passes are short, so that after each the line can choose anew (<see cref="Pass.Next"/>): between clients by the time
/// each had, whatever they ask for and however long they can wait; places are shared among them too.
/// </summary>
/// <remarks>Who has gone is dropped before it costs. A job ends at its deadline with what is scored by then.</remarks>
sealed class ScoringLine : IDisposable
{
    const int Few = 8; // so many may always share the time there is, however short

    readonly object gate = new();
    readonly Turns turns = new();
    readonly Dictionary<string, int> places = []; // by client
    readonly List<Job> foreground = [], background = []; // in order of arrival
    readonly ServerOptions options;
    readonly TimeProvider clock;
    readonly Measurements measurements;
    readonly Thread worker;
    int present;
    bool closed;

    public ScoringLine(ServerOptions options, TimeProvider clock, Measurements measurements)
    {
        (this.options, this.clock, this.measurements) = (options, clock, measurements);
        measurements.ObserveQueue(() => Volatile.Read(ref present));
        worker = new Thread(Work) { IsBackground = true, Name = "scoring" };
        worker.Start();
    }

    /// <summary>Takes a place for a request that is about to be tokenised.</summary>
    /// <inheritdoc cref="Refuse"/>
    public Place Enter(string client, long? deadline)
    {
        lock (gate)
        {
            Refuse(client, deadline);
            present++;
            places[client] = places.GetValueOrDefault(client) + 1;
            return new Place(this, client);
        }
    }

    /// <summary>Refuses a request that there would be no place for.</summary>
    /// <remarks>
    /// Who has less than an even share of the places finds one though others have taken all. Where more than a few of a client
    /// wait and their work takes more than half of the time there is, one more would leave each of them little. A long list
    /// before an idle model is never too late.
    /// </remarks>
    /// <exception cref="RequestRefused">when the line is full, or too long for the deadline.</exception>
    public void Refuse(string client, long? deadline)
    {
        lock (gate)
        {
            TimeSpan all = TimeSpan.Zero, own = TimeSpan.Zero;
            foreach (Job job in foreground)
            {
                TimeSpan needed = job.TimeNeeded;
                all += needed;
                if (job.Client == client) own += needed;
            }
            int mine = places.GetValueOrDefault(client), clients = Math.Max(1, mine == 0 ? places.Count + 1 : places.Count), room = options.MaxWaiting + 1;
            TimeSpan wait = all < clients * own ? all : clients * own; // others' work takes no longer than its own, for each gets as much
            bool late = deadline is { } limit && mine >= Few && 2 * wait > clock.GetElapsedTime(clock.GetTimestamp(), limit);
            if ((present >= room && mine >= Math.Max(1, room / clients)) || late)
                throw new RequestRefused(Refusal.Overloaded, "too many requests are waiting; try again later") { RetryAfter = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 60) };
        }
    }

    /// <summary>A request's place; disposing frees it.</summary>
    public sealed class Place(ScoringLine line, string client) : IDisposable
    {
        bool left;

        /// <returns>When the job ended: finished, or at its deadline.</returns>
        /// <exception cref="OperationCanceledException">when the caller has gone.</exception>
        public async Task<JobResult> Run(Job job, CancellationToken gone)
        {
            using CancellationTokenRegistration leaving = gone.UnsafeRegister(static job => ((Job)job!).TryDrop(), job);
            line.Add(job, line.foreground);
            if (job.Deadline is null) return await job.Ended;
            TimeSpan left = job.TimeLeft(line.clock);
            using ITimer timer = line.clock.CreateTimer(_ => line.End(job), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            return await job.Ended;
        }

        public void Dispose()
        {
            lock (line.gate)
            {
                if (left) return;
                left = true;
                line.present--;
                if (--line.places[client] == 0) line.places.Remove(client);
            }
        }
    }

    /// <summary>Runs a job of the server's own, such as the trial of a new model, in its turn.</summary>
    public Task<JobResult> Run(Job job)
    {
        Add(job, foreground);
        return job.Ended;
    }

    /// <summary>Runs a job when nobody waits.</summary>
    public Task<JobResult> RunInBackground(Job job)
    {
        Add(job, background);
        return job.Ended;
    }

    void Add(Job job, List<Job> line)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed || !job.Model.TryUse(), this); // released when it leaves the line: a pass may outlive its request
            job.Arrived = clock.GetTimestamp();
            line.Add(job);
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
            while (!closed)
            {
                Settle(foreground);
                if (foreground.Count == 0) Settle(background);
                List<Job> line = foreground.Count > 0 ? foreground : background;
                if (line.Count > 0) return Pass.Next(line, turns.Next(line.Select(job => job.Client)), options.TokensOfPass, clock);
                Monitor.Wait(gate);
            }
            return null;
        }
    }

    /// <summary>Takes out of the line who is done, has gone or is late.</summary>
    void Settle(List<Job> line) => line.RemoveAll(job =>
    {
        if (!job.Ended.IsCompleted && job.IsLate(clock)) job.TryEnd(Waited(job));
        if (!job.Ended.IsCompleted) return false;
        job.Model.Release();
        return true;
    });

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
                foreach (Slice slice in pass.Slices) Compute(new Pass([slice]));
            else pass.Slices[0].Job.TryFail(error);
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
                turns.Charge(job.Client, took * slice.Tokens / pass.Tokens);
                if (job.Done == job.Pairs.Length) job.TryEnd(Waited(job));
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
