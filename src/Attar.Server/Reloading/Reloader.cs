using System.Collections.Concurrent;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Scoring;
using Attar.Server.Security;
using Attar.Server.Settings;
using Attar.Server.Telemetry;

namespace Attar.Server.Reloading;

/// <param name="Outcome">loaded, or refused: then the old one stays, and the log says why.</param>
sealed record Reloaded(string Name, string Outcome);

/// <summary>How the last loading of something went.</summary>
/// <param name="Refused">Why the old one stays; null where it was loaded.</param>
sealed record LastReload(DateTimeOffset At, string? Refused);

/// <summary>
/// Loads models, catalogue and keys anew when their files change, when asked, or on SIGHUP. A new model is tried on real products
/// before it takes over; what is broken is refused and the old one stays. No request waits for it and none is lost.
/// </summary>
sealed class Reloader(
    ServerOptions options, IReadOnlyList<Source<IScoringModel>> models, Source<Storefront> catalogue, ModelShelf shelf, OpenStorefront storefront,
    ScoringLine line, ReadAhead readAhead, KeyRing keys, Measurements measurements, ILogger<Reloader> log, TimeProvider clock) : BackgroundService
{
    /// <summary>Products that a new model is tried on.</summary>
    const int TrialSize = 16;

    readonly SemaphoreSlim one = new(1, 1);
    readonly Dictionary<string, string> loaded = [], seen = [];

    readonly ConcurrentDictionary<string, LastReload> last = new();

    /// <summary>How it went when something was loaded anew last; null where it never was.</summary>
    public LastReload? LastOf(string name) => last.GetValueOrDefault(name);

    /// <summary>Notes the versions of what was loaded at the start.</summary>
    public void Remember(string name, string version) => loaded[name] = version;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (options.WatchSeconds <= 0) return;
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(options.WatchSeconds), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await Reload(onlyChanged: true, stopping);
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    public Task<IReadOnlyList<Reloaded>> ReloadAll(CancellationToken cancel) => Reload(onlyChanged: false, cancel);

    async Task<IReadOnlyList<Reloaded>> Reload(bool onlyChanged, CancellationToken cancel)
    {
        await one.WaitAsync(cancel);
        try
        {
            List<Reloaded> done = [];
            await Renew(catalogue.Name, catalogue.Version, _ => Task.Run(OpenCatalogue, cancel));
            foreach (Source<IScoringModel> model in models) await Renew(model.Name, model.Version, version => Task.Run(() => Replace(model, version), cancel));
            if (!keys.IsOpen) await Renew("keys", () => File.GetLastWriteTimeUtc(options.Keys).Ticks.ToString(), _ => Task.Run(keys.Reread, cancel));
            return done;

            async Task Renew(string name, Func<string> versionOf, Func<string, Task> load)
            {
                try
                {
                    string version = versionOf();
                    bool settled = seen.GetValueOrDefault(name) == version; // still being written while it changes
                    seen[name] = version;
                    if (onlyChanged && (!settled || loaded.GetValueOrDefault(name) == version)) return;
                    loaded[name] = version; // also where it is refused: it is tried again when it changes
                    await load(version);
                    log.LogInformation("{Name} was loaded anew", name);
                    done.Add(new Reloaded(name, "loaded"));
                    last[name] = new LastReload(clock.GetUtcNow(), null);
                    measurements.Reloaded(name, good: true);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    log.LogError("{Name} was refused, the old one stays: {Reason}", name, error.Message);
                    done.Add(new Reloaded(name, "refused"));
                    last[name] = new LastReload(clock.GetUtcNow(), error.Message.Split('\n')[0]);
                    measurements.Reloaded(name, good: false);
                }
            }
        }
        finally
        {
            one.Release();
        }
    }

    async Task Replace(Source<IScoringModel> source, string version)
    {
        ServedModel model = new(source.Name, version, clock.GetUtcNow(), source.Load(), options);
        try
        {
            if (model.Lack is { } lack) throw new InvalidOperationException(lack);
            float[] scores = await Try(model, TrialSize);
            if (scores.Length > 1 && scores.All(score => score == scores[0]))
                throw new InvalidOperationException($"it gives {scores.Length} different products one score");
        }
        catch
        {
            model.Release();
            throw;
        }
        shelf.Put(model);
        readAhead.Begin(model.Name);
    }

    void OpenCatalogue()
    {
        storefront.Now = catalogue.Load();
        readAhead.Begin();
    }

    /// <summary>Scores some products of the catalogue; the first passes also compile what later ones run.</summary>
    public async Task<float[]> Try(ServedModel model, int count)
    {
        Reading[] readings = [.. storefront.Now.Products.Values.Select(Reading.Of).DistinctBy(reading => TextKey.Of(reading.Fields)).Take(count)];
        if (readings.Length == 0) readings = [Reading.Of("oak table"), Reading.Of("cordless drill 18 V")];
        Job job = new(model, Scorer.Encode(model, [.. readings.Select(reading => (string.Join(' ', readings[0].Fields.Select(field => field.Text)), reading, TextKey.Of(reading.Fields)))]), deadline: null);
        JobResult result = await line.Run(job);
        int labels = model.Model.Labels;
        return [.. readings.Select((_, i) => model.Score(result.Logits.AsSpan(i * labels, labels)))];
    }
}
