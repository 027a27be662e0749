using System.Collections.Concurrent;
using System.Data.Common;
using Attar.Online.Allocation;
using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Statistics;
using Attar.Online.Storage;
using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Settings;
using Attar.Server.Telemetry;

namespace Attar.Server.Online;

/// <summary>
/// The experiments of this server: which run, who takes part, and where it is kept. The store may be away, at the start too:
/// searches then go on with the control, and events are refused.
/// </summary>
sealed class OnlineLab : IAsyncDisposable
{
    readonly ModelShelf shelf;
    readonly Measurements measurements;
    readonly TimeProvider clock;
    readonly ILogger<OnlineLab> log;
    readonly OnlineSettings? settings;
    readonly ClientHash? clients;
    readonly Dictionary<string, Experiment> experiments;
    readonly ConcurrentDictionary<(string Experiment, string Arm), ArmWatch> watches = new();
    readonly ConcurrentDictionary<(string Experiment, string Arm), Halt> halts = new(), unsaved = new();
    volatile IReadOnlyDictionary<string, ExperimentState> states = new Dictionary<string, ExperimentState>();
    volatile Kept? kept;

    sealed record Kept(OnlineStore Store, EventWriter Writer);

    /// <exception cref="InputException">when the file cannot be read, or the store has an experiment with other settings.</exception>
    public OnlineLab(ServerOptions options, ModelShelf shelf, Measurements measurements, TimeProvider clock, ILogger<OnlineLab> log)
    {
        (this.shelf, this.measurements, this.clock, this.log) = (shelf, measurements, clock, log);
        settings = options.Experiments.Length > 0 ? OnlineSettings.Read(options.Experiments) : null;
        clients = settings is null ? null : new ClientHash(settings.Salt);
        experiments = settings?.All.ToDictionary(experiment => experiment.Name) ?? [];
    }

    /// <summary>Whether a file of experiments is set; otherwise nothing is kept and no experiment known.</summary>
    public bool IsOn => settings is not null;

    /// <exception cref="RequestRefused">where no file is set.</exception>
    public OnlineSettings Settings => settings ?? throw new RequestRefused(Refusal.NotFound, "nothing is kept here: attar serve --experiments FILE names a file of experiments and a store");

    public ClientHash Clients => clients!;

    public IEnumerable<Experiment> Experiments => experiments.Values;

    public ExperimentState? StateOf(string experiment) => states.GetValueOrDefault(experiment);

    /// <summary>Null while the store is away since the start.</summary>
    public OnlineStore? Store => kept?.Store;

    /// <exception cref="RequestRefused">while the store is away.</exception>
    public EventWriter Writer => kept?.Writer ?? throw Away();

    public static RequestRefused Away() => new(Refusal.StoreAway, "the store of events is away; try again later") { RetryAfter = 5 };

    /// <summary>Queries that were shown and not kept.</summary>
    public long Dropped => kept?.Writer.Dropped ?? 0;

    /// <summary>Opens the store where it is not open; false while it is away.</summary>
    /// <inheritdoc cref="OnlineLab"/>
    public async Task<bool> Connect()
    {
        if (settings is null || kept is not null) return true;
        IDatabase database = OnlineStore.DatabaseOf(settings);
        try
        {
            OnlineStore store = await OnlineStore.Open(database);
            await store.Register(settings, clock.GetUtcNow());
            kept = new Kept(store, new EventWriter(store, (error, requests) => log.LogError("{Requests} requests could not be kept in {Store}: {Reason}", requests, store.Name, error.Message)));
            await Refresh();
            return true;
        }
        catch (Exception error) when (error is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            log.LogWarning("the store {Store} is away, so experiments wait and events are refused: {Reason}", database.Name, error.Message);
            await database.DisposeAsync();
            return false;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the store what other servers and people changed, and tells it what was halted here.</summary>
    public async Task Refresh(CancellationToken cancel = default)
    {
        if (kept is not { } now) return;
        foreach (((string experiment, string arm) key, Halt halt) in unsaved)
        {
            await now.Store.Halt(key.experiment, halt);
            unsaved.TryRemove(key, out _);
        }
        Dictionary<string, ExperimentState> read = (await now.Store.States(cancel)).ToDictionary(state => state.Name);
        foreach ((string experiment, string arm) key in halts.Keys) // what people let run again
            if (!unsaved.ContainsKey(key) && read.TryGetValue(key.experiment, out ExperimentState? state) && !state.Halts.Any(halt => halt.Arm == key.arm) && halts.TryRemove(key, out _))
                watches.TryRemove(key, out _);
        foreach (ExperimentState state in read.Values)
            foreach (Halt halt in state.Halts) halts.TryAdd((state.Name, halt.Arm), halt);
        states = read;
    }

    /// <summary>Halts the arms of experiments whose clients were not divided as they should be.</summary>
    public async Task CheckRatios(CancellationToken cancel = default)
    {
        if (kept is not { } now) return;
        foreach (Experiment experiment in Experiments.Where(experiment => experiment.Kind == ExperimentKind.Ab && experiment.Limits.Mismatch > 0 && IsRunning(experiment)))
        {
            IReadOnlyDictionary<string, long> counts = await now.Store.ClientsByArm(experiment.Name, cancel);
            long[] seen = [.. experiment.Arms.Select(arm => counts.GetValueOrDefault(arm.Name))];
            double p = CountMixture.P(seen, [.. experiment.Arms.Select(arm => arm.Weight)], CountMixture.OfRatios);
            if (p >= experiment.Limits.Mismatch) continue;
            foreach (Arm arm in experiment.Arms.Skip(1)) HaltArm(experiment, arm, FormattableString.Invariant($"the arms have {string.Join(" and ", seen)} clients, which their shares do not explain (p {p:0.0e+0}): something loses or doubles clients"));
        }
    }

    /// <summary>Whether it divides clients now, for all that this server knows; halted arms aside.</summary>
    bool IsRunning(Experiment experiment)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return kept is not null && experiment.RunsAt(now) && !(StateOf(experiment.Name)?.Stopped <= now);
    }

    public bool IsHalted(Experiment experiment, Arm arm) => halts.ContainsKey((experiment.Name, arm.Name));

    /// <summary>Rankers that an experiment needs and the server does not have.</summary>
    public IEnumerable<string> Missing(Experiment experiment) => experiment.Arms.Select(arm => arm.Ranker).Where(ranker => ranker != Arm.FirstStage && !shelf.Knows(ranker)).Distinct();

    /// <summary>The experiment that a request asks for, and what it gets; null where it asks for none that is known.</summary>
    /// <exception cref="RequestRefused">for an experiment without a client.</exception>
    public Trial? Begin(HttpContext context)
    {
        if (!IsOn) return null;
        IHeaderDictionary headers = context.Request.Headers;
        string name = Given(headers[Trial.ExperimentHeader], context.Request.Query["experiment"]);
        if (name.Length == 0) return null;
        if (!experiments.TryGetValue(name, out Experiment? experiment))
        {
            measurements.ExperimentUnknown();
            return null;
        }
        string sent = Given(headers[Trial.ClientHeader], context.Request.Query["client"]), query = Given(headers[Trial.QueryHeader], context.Request.Query["query_id"]);
        if (sent.Length is 0 or > 100) throw new RequestRefused(Refusal.Invalid, $"{Trial.ClientHeader}: an experiment needs an identifier of the client that stays the same, of 1 to 100 characters");
        if (query.Length > 100) throw new RequestRefused(Refusal.Invalid, $"{Trial.QueryHeader}: at most 100 characters");
        string client = Clients.Of(sent), id = query.Length > 0 ? query : Guid.NewGuid().ToString("N");
        bool counted = IsRunning(experiment) && !Missing(experiment).Any()
            && Assignment.TakesPart(experiment.Name, client, StateOf(experiment.Name)?.Traffic ?? experiment.TrafficAt(clock.GetUtcNow()));
        Trial outside = new(experiment, id, client, experiment.Control, false);
        if (!counted) return outside;
        if (experiment.Kind == ExperimentKind.Interleave) return IsHalted(experiment, experiment.Arms[1]) ? outside : outside with { Arm = null, Counted = true };
        Arm arm = experiment.ArmOf(client);
        bool allHalted = experiment.Arms.Skip(1).All(other => IsHalted(experiment, other));
        return allHalted || IsHalted(experiment, arm) ? outside : outside with { Arm = arm, Counted = true };

        static string Given(Microsoft.Extensions.Primitives.StringValues header, Microsoft.Extensions.Primitives.StringValues parameter) => header.ToString() is { Length: > 0 } text ? text : parameter.ToString();
    }

    /// <summary>Notes how an arm fared, and halts it where its limits are passed; the control is what all fall back on, and is never halted.</summary>
    public void Note(Experiment experiment, Arm arm, TimeSpan took, bool failed, bool empty)
    {
        if (arm == experiment.Control) return;
        ArmWatch watch = watches.GetOrAdd((experiment.Name, arm.Name), _ => new ArmWatch(experiment.Limits));
        if (watch.Note(took.TotalMilliseconds, failed, empty) is { } reason) HaltArm(experiment, arm, reason);
    }

    void HaltArm(Experiment experiment, Arm arm, string reason)
    {
        Halt halt = new(arm.Name, reason, clock.GetUtcNow());
        if (!halts.TryAdd((experiment.Name, arm.Name), halt)) return;
        unsaved[(experiment.Name, arm.Name)] = halt; // the store may be away
        measurements.ArmHalted(experiment.Name, arm.Name);
        log.LogError("experiment {Experiment}: {Arm} is halted, and {Control} serves: {Reason}", experiment.Name, arm.Name, experiment.Control.Name, reason);
    }

    /// <summary>Keeps what was shown, once the disk has it; nobody waits.</summary>
    public void Keep(Trial trial, string query, IReadOnlyList<string> hits, long? seed, string? teams, TimeSpan took)
    {
        measurements.ExperimentServed(trial.Experiment.Name, trial.Arm?.Name ?? "interleaved");
        kept?.Writer.Offer(new ShownQuery(
            trial.QueryId, clock.GetUtcNow().ToUnixTimeMilliseconds(), trial.Client, query.Replace("\0", ""), [.. hits.Take(ShownQuery.MostHits)],
            trial.Experiment.Name, trial.Arm?.Name, seed, teams is { Length: > Credit.Places } ? teams[..Credit.Places] : teams, took.TotalMilliseconds));
    }

    public async ValueTask DisposeAsync()
    {
        if (kept is not { } now) return;
        await now.Writer.DisposeAsync();
        await now.Store.DisposeAsync();
    }
}
