namespace Attar.Server.Tests;

/// <summary>Where a server under test stops, in the middle of scoring or loading, until the test lets it go on.</summary>
sealed class Hold : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly SemaphoreSlim begun = new(0);
    readonly ManualResetEventSlim ended = new();

    /// <summary>For the server's side.</summary>
    public void Wait()
    {
        begun.Release();
        ended.Wait(Patience);
    }

    /// <summary>For the test: the server stands there.</summary>
    public async Task Begun() => Assert.True(await begun.WaitAsync(Patience));

    public void End() => ended.Set();

    public void Dispose()
    {
        begun.Dispose();
        ended.Dispose();
    }
}
