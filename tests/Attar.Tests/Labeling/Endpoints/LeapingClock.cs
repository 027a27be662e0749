namespace Attar.Tests.Labeling.Endpoints;

/// <summary>Waits end at once and move the time on; timers of one length, the requests' time limit, are held until the test lets them run out.</summary>
sealed class LeapingClock(TimeSpan limit) : TimeProvider
{
    readonly Lock turn = new();
    readonly List<Held> held = [];
    DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every wait, in the order in which they began.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow()
    {
        lock (turn) return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Held(this, callback, state);
        lock (turn)
        {
            if (dueTime == limit)
            {
                held.Add(timer);
                return timer;
            }
            Waits.Add(dueTime);
            now += dueTime;
        }
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return timer;
    }

    /// <summary>Every request under way has taken too long.</summary>
    public void RunOut()
    {
        Held[] all;
        lock (turn)
        {
            all = [.. held];
            held.Clear();
            now += limit;
        }
        foreach (Held timer in all) timer.Fire();
    }

    sealed class Held(LeapingClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (clock.turn) clock.held.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
