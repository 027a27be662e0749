namespace Attar.Server.Online;

/// <summary>What the experiments need while nobody asks: news from the store, a look at the arms' clients, and the deletion of what is too old.</summary>
sealed class LabUpkeep(OnlineLab lab, ILogger<LabUpkeep> log, TimeProvider clock) : BackgroundService
{
    static readonly TimeSpan pace = TimeSpan.FromSeconds(5), ofRatios = TimeSpan.FromMinutes(1), ofDeletion = TimeSpan.FromHours(1);

    /// <summary>How far the clock may part from the time that passed before it is not believed.</summary>
    static readonly TimeSpan mostOff = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!lab.IsOn) return;
        using PeriodicTimer timer = new(pace, clock);
        long ratios = clock.GetTimestamp(), deletion = ratios;
        DateTimeOffset lastDeletion = clock.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    if (!await lab.Connect()) continue;
                    await lab.Refresh(stopping);
                    if (clock.GetElapsedTime(ratios) >= ofRatios)
                    {
                        ratios = clock.GetTimestamp();
                        await lab.CheckRatios(stopping);
                    }
                    if (clock.GetElapsedTime(deletion) < ofDeletion) continue;
                    DateTimeOffset now = clock.GetUtcNow();
                    bool jumped = HasJumped(now - lastDeletion, clock.GetElapsedTime(deletion));
                    (deletion, lastDeletion) = (clock.GetTimestamp(), now);
                    if (jumped) log.LogWarning("the clock has jumped to {Time}, so nothing is deleted for its age this hour", now);
                    else if (lab.Settings.RetentionDays > 0) await lab.Store!.DeleteBefore(now.AddDays(-lab.Settings.RetentionDays));
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    log.LogWarning("experiments: {Reason}", error.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    /// <summary>Whether the clock says that another time passed than did.</summary>
    public static bool HasJumped(TimeSpan byClock, TimeSpan passed) => (byClock - passed).Duration() > mostOff;
}
