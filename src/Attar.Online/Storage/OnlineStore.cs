using System.Data.Common;
using System.Text.Json;
using Attar.Online.Events;
using Attar.Online.Experiments;

namespace Attar.Online.Storage;

/// <summary>Experiments, what was shown and what shoppers did, in a database.</summary>
public sealed class OnlineStore : IAsyncDisposable
{
    const int RowsOfACommand = 500; // SQLite takes 32,766 parameters

    const string SaltMark = "salt";

    readonly IDatabase database;

    OnlineStore(IDatabase database) => this.database = database;

    public string Name => database.Name;

    /// <summary>What people are asked to judge, and what they said.</summary>
    public JudgingStore Judging => new(database);

    /// <summary>The database that the settings name.</summary>
    public static IDatabase DatabaseOf(OnlineSettings settings) => settings.IsPostgres ? new PostgresDatabase(settings.Store) : new SqliteDatabase(settings.Store);

    /// <summary>Opens the store and brings its tables up to date.</summary>
    /// <exception cref="DbException">when the database is away.</exception>
    /// <exception cref="InputException">when a later version wrote it.</exception>
    public static async Task<OnlineStore> Open(IDatabase database, CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Run(database.LockOut);
        await connection.Run("create table if not exists migration (version integer primary key, at bigint not null)");
        long version = (await connection.Read(row => row.IsDBNull(0) ? 0L : Convert.ToInt64(row.GetValue(0)), "select max(version) from migration"))[0];
        if (version > Migrations.All.Count) throw new InputException(database.Name, $"was written by a later version of attar (its tables are of version {version}, this one knows {Migrations.All.Count}); use that one");
        for (int next = (int)version; next < Migrations.All.Count; next++)
        {
            await connection.Run(Migrations.All[next]);
            await connection.Run("insert into migration values (@p0, @p1)", next + 1, 0L);
        }
        await transaction.CommitAsync(cancel);
        return new OnlineStore(database);
    }

    /// <summary>Tells the store what a server compares.</summary>
    /// <exception cref="InputException">when another server, or this one before, had other settings under the same name.</exception>
    public async Task Register(OnlineSettings settings, DateTimeOffset now)
    {
        await using DbConnection connection = await database.Open(default);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        await connection.Run(database.LockOut);
        var faults = new FaultList();
        await connection.Run("insert into setting values (@p0, @p1) on conflict (name) do nothing", SaltMark, new ClientHash(settings.Salt).Mark);
        if (!await HasSalt(connection, settings.Salt)) faults.Add("salt", $"is not the one that {Name} was begun with, so known clients would become new ones; set that one, or begin a new store");
        foreach (Experiment experiment in settings.All)
        {
            await connection.Run("insert into experiment (name, definition, begun) values (@p0, @p1, @p2) on conflict (name) do nothing", experiment.Name, experiment.Definition, now.ToUnixTimeMilliseconds());
            string known = (await connection.Read(row => row.GetString(0), "select definition from experiment where name = @p0", experiment.Name))[0];
            if (known != experiment.Definition)
                faults.Add($"experiment '{experiment.Name}'", $"{Name} has it with other settings ({Changed(known, experiment.Definition)}), from another server or an earlier start; give it the same everywhere, or another name. Traffic is changed and an experiment stopped by: attar experiment set");
        }
        faults.ThrowIfAny();
        await transaction.CommitAsync();
    }

    /// <summary>Whether clients are kept under hashes of this salt, or none is kept yet.</summary>
    public async Task<bool> HasSalt(string salt)
    {
        await using DbConnection connection = await database.Open(default);
        return await HasSalt(connection, salt);
    }

    static async Task<bool> HasSalt(DbConnection connection, string salt) =>
        (await connection.Read(row => row.GetString(0), "select value from setting where name = @p0", SaltMark)).All(mark => mark == new ClientHash(salt).Mark);

    /// <summary>The options whose values differ.</summary>
    static string Changed(string known, string asked)
    {
        using JsonDocument a = JsonDocument.Parse(known), b = JsonDocument.Parse(asked);
        return string.Join(", ", b.RootElement.EnumerateObject().Where(property => !a.RootElement.TryGetProperty(property.Name, out JsonElement old) || old.GetRawText() != property.Value.GetRawText()).Select(property => property.Name).DefaultIfEmpty("their order"));
    }

    public async Task<IReadOnlyList<ExperimentState>> States(CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        var halts = (await connection.Read(row => (Experiment: row.GetString(0), Halt: new Halt(row.GetString(1), row.GetString(2), Time(row.GetInt64(3)))), "select experiment, arm, reason, at from halt order by at"))
            .ToLookup(halt => halt.Experiment, halt => halt.Halt);
        return await connection.Read(
            row => new ExperimentState(row.GetString(0), row.GetString(1), Time(row.GetInt64(2)), row.IsDBNull(3) ? null : row.GetDouble(3), row.IsDBNull(4) ? null : Time(row.GetInt64(4)), [.. halts[row.GetString(0)]]),
            "select name, definition, begun, traffic, stopped from experiment order by begun, name");
    }

    /// <summary>The share of clients that takes part from now on, in place of the ramp's; null for the ramp's again.</summary>
    /// <returns>Whether there is such an experiment.</returns>
    public Task<bool> SetTraffic(string experiment, double? traffic) => Change("update experiment set traffic = cast(@p1 as double precision) where name = @p0", experiment, traffic);

    /// <summary>Stops it at a time; null lets it run again, halted arms too.</summary>
    /// <inheritdoc cref="SetTraffic"/>
    public async Task<bool> SetStopped(string experiment, DateTimeOffset? at)
    {
        if (at is null) await Change("delete from halt where experiment = @p0", experiment);
        return await Change("update experiment set stopped = cast(@p1 as bigint) where name = @p0", experiment, at?.ToUnixTimeMilliseconds());
    }

    /// <summary>Notes that an arm was halted; the first reason stays.</summary>
    public Task Halt(string experiment, Halt halt) =>
        Change("insert into halt values (@p0, @p1, @p2, @p3) on conflict (experiment, arm) do nothing", experiment, halt.Arm, halt.Reason, halt.At.ToUnixTimeMilliseconds());

    /// <summary>How many clients each arm of an A/B experiment has.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ClientsByArm(string experiment, CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        return (await connection.Read(row => (row.GetString(0), row.GetInt64(1)), "select arm, count(distinct client) from query where experiment = @p0 and arm is not null group by arm", experiment)).ToDictionary();
    }

    /// <summary>Writes queries and events in one transaction; those whose identifiers are known stay as they were.</summary>
    /// <returns>Once they are on the disk: which events were new, and which queries that events follow are known.</returns>
    public async Task<Appended> Append(IReadOnlyList<ShownQuery> queries, IReadOnlyList<ShopperEvent> events, CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
        foreach (ShownQuery[] some in queries.Chunk(RowsOfACommand))
        {
            await using DbCommand insert = connection.Rows(
                "insert into query (id, received, client, text, hits, experiment, arm, seed, teams, ms)",
                [.. some.Select(query => (object?[])[query.Id, query.Received, query.Client, query.Text, JsonSerializer.Serialize(query.Hits), query.Experiment, query.Arm, query.Seed, query.Teams, query.Ms])],
                ["", 0L, "", "", "", "", "", 0L, "", 0.0],
                "on conflict (id) do nothing");
            await insert.ExecuteNonQueryAsync(cancel);
        }
        HashSet<string> known = [];
        foreach (string[] some in events.Select(one => one.Query).OfType<string>().Distinct().Chunk(RowsOfACommand))
            known.UnionWith(await connection.Read(row => row.GetString(0), $"select id from query where id in ({string.Join(',', some.Select((_, i) => "@p" + i))})", [.. some]));
        HashSet<string> added = [];
        foreach (ShopperEvent[] some in events.Chunk(RowsOfACommand))
        {
            await using DbCommand insert = connection.Rows(
                "insert into event (id, received, at, action, query, client, object, ordinal)",
                [.. some.Select(one => (object?[])[one.Id, one.Received, one.At, one.Action, one.Query, one.Client, one.Object, one.Ordinal])],
                ["", 0L, 0L, "", "", "", "", 0],
                "on conflict (id) do nothing returning id");
            await using DbDataReader reader = await insert.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) added.Add(reader.GetString(0));
        }
        await transaction.CommitAsync(cancel);
        return new Appended(added, known);
    }

    /// <summary>Which of these queries the store has.</summary>
    public async Task<IReadOnlySet<string>> KnownQueries(IReadOnlyList<string> ids, CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        HashSet<string> known = [];
        foreach (string[] some in ids.Distinct().Chunk(RowsOfACommand))
            known.UnionWith(await connection.Read(row => row.GetString(0), $"select id from query where id in ({string.Join(',', some.Select((_, i) => "@p" + i))})", [.. some]));
        return known;
    }

    /// <summary>An experiment's requests in the order in which they came.</summary>
    public async Task<IReadOnlyList<ShownQuery>> QueriesOf(string experiment)
    {
        await using DbConnection connection = await database.Open(default);
        return await connection.Read(
            row => new ShownQuery(row.GetString(0), row.GetInt64(1), row.TextOrNull(2), row.GetString(3), JsonSerializer.Deserialize<string[]>(row.GetString(4))!, experiment, row.TextOrNull(5), row.IsDBNull(6) ? null : row.GetInt64(6), row.TextOrNull(7), row.IsDBNull(8) ? null : row.GetDouble(8)),
            "select id, received, client, text, hits, arm, seed, teams, ms from query where experiment = @p0 order by received, id", experiment);
    }

    /// <summary>What shoppers did after an experiment's requests.</summary>
    public async Task<IReadOnlyList<ShopperEvent>> EventsOf(string experiment)
    {
        await using DbConnection connection = await database.Open(default);
        return await connection.Read(Event, $"select {EventColumns} from event e join query q on q.id = e.query where q.experiment = @p0 order by e.received, e.id", experiment);
    }

    /// <summary>What an experiment's clients did before a time, by client and action.</summary>
    public async Task<IReadOnlyList<(string Client, string Action, long Count)>> Before(string experiment, DateTimeOffset time)
    {
        await using DbConnection connection = await database.Open(default);
        return await connection.Read(
            row => (row.GetString(0), row.GetString(1), row.GetInt64(2)),
            "select client, action, count(*) from event where received < @p1 and client in (select distinct client from query where experiment = @p0 and client is not null) group by client, action",
            experiment, time.ToUnixTimeMilliseconds());
    }

    /// <summary>Texts of what was asked of late, each once, the last first.</summary>
    public async Task<IReadOnlyList<string>> RecentTexts(int count)
    {
        await using DbConnection connection = await database.Open(default);
        return await connection.Read(row => row.GetString(0), "select text from query group by text order by max(received) desc, text limit @p0", count);
    }

    /// <summary>How many queries and events there are.</summary>
    public async Task<(long Queries, long Events)> Count()
    {
        await using DbConnection connection = await database.Open(default);
        return (await connection.Read(row => (row.GetInt64(0), row.GetInt64(1)), "select (select count(*) from query), (select count(*) from event)"))[0];
    }

    /// <summary>Deletes all that is known of a client.</summary>
    /// <param name="client">Its hash.</param>
    /// <returns>Rows deleted.</returns>
    public async Task<int> Forget(string client)
    {
        await using DbConnection connection = await database.Open(default);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        int deleted = await connection.Run("delete from event where client = @p0 or query in (select id from query where client = @p0)", client)
            + await connection.Run("delete from query where client = @p0", client);
        await transaction.CommitAsync();
        return deleted;
    }

    /// <summary>Deletes what was received before a time.</summary>
    /// <inheritdoc cref="Forget"/>
    public async Task<int> DeleteBefore(DateTimeOffset time)
    {
        await using DbConnection connection = await database.Open(default);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        int deleted = 0;
        foreach (string table in (string[])["event", "query"]) deleted += await connection.Run($"delete from {table} where received < @p0", time.ToUnixTimeMilliseconds());
        await transaction.CommitAsync();
        return deleted;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    async Task<bool> Change(string text, params object?[] values)
    {
        await using DbConnection connection = await database.Open(default);
        return await connection.Run(text, values) > 0;
    }

    const string EventColumns = "e.id, e.received, e.at, e.action, e.query, e.client, e.object, e.ordinal";

    static ShopperEvent Event(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.TextOrNull(4), row.TextOrNull(5), row.TextOrNull(6), row.IsDBNull(7) ? null : Convert.ToInt32(row.GetValue(7)));

    static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>What became of an append.</summary>
/// <param name="Added">Events that were new.</param>
/// <param name="Queries">Of the queries that the events follow, those the store has.</param>
public sealed record Appended(IReadOnlySet<string> Added, IReadOnlySet<string> Queries);
