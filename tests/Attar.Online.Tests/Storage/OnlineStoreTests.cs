using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Storage;

namespace Attar.Online.Tests.Storage;

/// <summary>What the store promises, of both databases.</summary>
public sealed class OnlineStoreTests
{
    static readonly DateTimeOffset noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    static readonly Experiment lamps = new("lamps", ExperimentKind.Ab, [new("old", "bm25"), new("new", "student")]);

    static ShownQuery Shown(string id, string? client = "c1", string? arm = "old", long minutes = 0) =>
        new(id, noon.AddMinutes(minutes).ToUnixTimeMilliseconds(), client, "oak table", ["p1", "p2"], "lamps", arm, null, null, 12.5);

    static ShopperEvent Did(string id, string? query = "q1", string action = "click", string? client = "c1", long minutes = 0) =>
        new(id, noon.AddMinutes(minutes).ToUnixTimeMilliseconds(), 5, action, query, client, "p1", 1);

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_was_written_is_read_as_it_was(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using (OnlineStore store = await OnlineStore.Open(database.Open()))
        {
            ShownQuery odd = new("q2", 7, null, "Ünïcode 'quoted' \"q\" 漢字 🪑", ["a,b", "\"", "ä"], "lamps", null, -5, "AB-", null);
            Appended appended = await store.Append([Shown("q1"), odd], [Did("e1"), new ShopperEvent("e2", 1, 2, "purchase", "q2", null, null, null)]);
            Assert.Equal(["e1", "e2"], appended.Added.Order());
            Assert.Equal(["q1", "q2"], appended.Queries.Order());
        }
        await using OnlineStore again = await OnlineStore.Open(database.Open());
        IReadOnlyList<ShownQuery> queries = await again.QueriesOf("lamps");
        Assert.Equal(["q2", "q1"], queries.Select(query => query.Id)); // by time
        Assert.Equal(("Ünïcode 'quoted' \"q\" 漢字 🪑", -5L, "AB-", null, null), (queries[0].Text, queries[0].Seed!.Value, queries[0].Teams, queries[0].Client, queries[0].Ms));
        Assert.Equal(["a,b", "\"", "ä"], queries[0].Hits);
        Assert.Equal(12.5, queries[1].Ms);
        Assert.Equal([new ShopperEvent("e2", 1, 2, "purchase", "q2", null, null, null), Did("e1")], await again.EventsOf("lamps"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task An_event_that_comes_again_is_kept_once(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        Assert.Equal(["e1"], (await store.Append([Shown("q1")], [Did("e1"), Did("e1")])).Added);
        Appended again = await store.Append([Shown("q1", client: "other")], [Did("e1", action: "purchase"), Did("e2", query: "q9")]);
        Assert.Equal(["e2"], again.Added);
        Assert.Equal(["q1"], again.Queries);
        Assert.Equal((1, 2), await store.Count());
        Assert.Equal("c1", Assert.Single(await store.QueriesOf("lamps")).Client); // the first one stays
        Assert.Equal("click", Assert.Single(await store.EventsOf("lamps")).Action);
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Thousands_of_rows_go_in_at_once(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        Appended appended = await store.Append([.. Enumerable.Range(0, 1200).Select(i => Shown($"q{i}", $"c{i % 7}", i % 2 == 0 ? "old" : "new"))], [.. Enumerable.Range(0, 2500).Select(i => Did($"e{i}", $"q{i % 1300}"))]);
        Assert.Equal((2500, 1200), (appended.Added.Count, appended.Queries.Count));
        Assert.Equal((1200, 2500), await store.Count());
        Assert.Equal([("new", 7), ("old", 7)], (await store.ClientsByArm("lamps")).OrderBy(arm => arm.Key).Select(arm => (arm.Key, arm.Value)));
        Assert.Equal(2, (await store.KnownQueries(["q1", "q1", "q1199", "q1200"])).Count);
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task A_client_is_forgotten_with_all_that_it_did(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Append([Shown("q1", "c1"), Shown("q2", "c2")], [Did("e1"), Did("e2", "q1", client: null), Did("e3", "q2", client: "c2"), Did("e4", null)]);
        Assert.Equal(4, await store.Forget("c1"));
        Assert.Equal((1, 1), await store.Count());
        Assert.Equal("e3", Assert.Single(await store.EventsOf("lamps")).Id);
        Assert.Equal(0, await store.Forget("c1"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_is_too_old_is_deleted(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Append([Shown("q1"), Shown("q2", minutes: 10)], [Did("e1"), Did("e2", minutes: 10)]);
        Assert.Equal(2, await store.DeleteBefore(noon.AddMinutes(10)));
        Assert.Equal((1, 1), await store.Count());
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_clients_did_before_is_counted_by_client_and_action(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Append([Shown("q1", "c1", minutes: 5)], [Did("e1", null), Did("e2", null), Did("e3", null, "purchase"), Did("e4", null, client: "stranger"), Did("e5", minutes: 6)]);
        Assert.Equal([("c1", "click", 2), ("c1", "purchase", 1)], (await store.Before("lamps", noon.AddMinutes(5))).Order());
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Servers_that_share_a_store_must_agree_on_an_experiment(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore one = await OnlineStore.Open(database.Open()), other = await OnlineStore.Open(database.Open());
        await one.Register(database.Settings(lamps), noon);
        await other.Register(database.Settings(lamps, lamps with { Name = "chairs" }), noon.AddDays(1));
        InputException refused = await Assert.ThrowsAsync<InputException>(() => other.Register(database.Settings(lamps with { Traffic = .5, Metric = "purchase" }), noon));
        Assert.Contains("experiment 'lamps'", refused.Message);
        Assert.Contains("(traffic, metric)", refused.Message);
        refused = await Assert.ThrowsAsync<InputException>(() => other.Register(database.Settings() with { Salt = "fedcba9876543210" }, noon));
        Assert.Contains("salt", refused.Message);
        Assert.Equal([("lamps", noon), ("chairs", noon.AddDays(1))], (await one.States()).Select(state => (state.Name, state.Begun)));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Traffic_stop_and_halts_are_known_to_all_servers(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Register(database.Settings(lamps), noon);
        Assert.True(await store.SetTraffic("lamps", .25));
        Assert.False(await store.SetTraffic("chairs", .25));
        await store.Halt("lamps", new Halt("new", "slow", noon));
        await store.Halt("lamps", new Halt("new", "slower", noon.AddHours(1)));
        await store.SetStopped("lamps", noon.AddHours(2));
        ExperimentState state = Assert.Single(await store.States());
        Assert.Equal((.25, noon.AddHours(2)), (state.Traffic, state.Stopped));
        Assert.Equal(new Halt("new", "slow", noon), Assert.Single(state.Halts));
        await store.SetStopped("lamps", null);
        await store.SetTraffic("lamps", null);
        state = Assert.Single(await store.States());
        Assert.Equal((null, null), (state.Traffic, state.Stopped));
        Assert.Empty(state.Halts);
        Assert.Equal(lamps.Definition, Experiment.OfDefinition(state.Definition).Definition);
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_was_asked_of_late_is_told_once_each(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Append([Shown("q1", minutes: 9) with { Text = "lamp" }, Shown("q2", minutes: 3) with { Text = "sofa" }, Shown("q3", minutes: 1) with { Text = "lamp" }, Shown("q4") with { Text = "rug" }], []);
        Assert.Equal(["lamp", "sofa"], await store.RecentTexts(2));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Many_open_a_new_store_at_once(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        OnlineStore[] stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => OnlineStore.Open(database.Open()))));
        await Task.WhenAll(stores.Select((store, i) => Task.Run(() => store.Append([Shown($"q{i}")], [Did($"e{i}")]))));
        Assert.Equal((4, 4), await stores[0].Count());
        foreach (OnlineStore store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_refused()
    {
        await using TestDatabase database = await TestDatabase.Of("sqlite");
        await (await OnlineStore.Open(database.Open())).DisposeAsync();
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database.File};Pooling=false"))
        {
            await connection.OpenAsync();
            using var later = connection.CreateCommand();
            later.CommandText = "insert into migration values (99, 0)";
            await later.ExecuteNonQueryAsync();
        }
        Assert.Contains("later version", (await Assert.ThrowsAsync<InputException>(() => OnlineStore.Open(database.Open()))).Message);
    }

    [Fact]
    public async Task A_commit_of_sqlite_reaches_the_disk_through_a_write_ahead_log()
    {
        await using TestDatabase database = await TestDatabase.Of("sqlite");
        await using IDatabase file = database.Open();
        await using var connection = await file.Open(default);
        foreach ((string pragma, string value) in ((string, string)[])[("journal_mode", "wal"), ("synchronous", "2")]) // 2 is FULL
        {
            using var command = connection.CreateCommand();
            command.CommandText = "pragma " + pragma;
            Assert.Equal(value, (await command.ExecuteScalarAsync())!.ToString());
        }
    }
}
