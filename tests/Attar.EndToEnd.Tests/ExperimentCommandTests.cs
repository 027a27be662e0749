using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Storage;

namespace Attar.EndToEnd.Tests;

/// <summary><c>attar experiment</c> as a process.</summary>
public sealed class ExperimentCommandTests : IDisposable
{
    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public async Task A_store_is_read_out_changed_and_a_client_forgotten()
    {
        attar.Write("experiments.json", """
            { "salt": "0123456789abcdef", "experiments": [ { "name": "lamps", "kind": "interleave", "arms": [ { "name": "old", "ranker": "bm25" }, { "name": "new", "ranker": "student" } ] } ] }
            """);
        Refused("no store there yet", "experiment", "report", "experiments.json");
        OnlineSettings settings = OnlineSettings.Read(attar.PathOf("experiments.json"));
        string client = new ClientHash(settings.Salt).Of("device-7");
        await using (OnlineStore store = await OnlineStore.Open(OnlineStore.DatabaseOf(settings), TestContext.Current.CancellationToken))
        {
            await store.Register(settings, DateTimeOffset.UnixEpoch);
            await store.Append([new ShownQuery("q1", 5, client, "lamp", ["p1", "p2"], "lamps", null, 7, "BA", 3)], [new ShopperEvent("e1", 6, 6, "click", "q1", client, "p1", 1)], TestContext.Current.CancellationToken);
        }

        Printed report = attar.Run("experiment", "report", "experiments.json", "--name", "lamps", "--json");
        Assert.True(report.Code == 0, report.Error);
        Assert.Equal((1, 1), ((int)report.Json["experiments"]![0]!["requests"]!, (int)report.Json["experiments"]![0]!["preferences"]![0]!["wins"]!));
        string table = attar.Run("experiment", "report", "experiments.json").Out;
        Assert.StartsWith("lamps: no difference between new and old is shown yet\ninterleaved, running with 100% of the clients; 1 search of 1 client since", table);
        Refused("no experiment 'chairs' in the store; it has: lamps", "experiment", "report", "experiments.json", "--name", "chairs");

        Assert.Equal("lamps: running with 25% of the clients", attar.Run("experiment", "set", "experiments.json", "lamps", "--traffic", "0.25").Out.Trim());
        Assert.StartsWith("lamps: stopped 20", attar.Run("experiment", "set", "experiments.json", "lamps", "--stop").Out);
        Assert.Equal("lamps: running with 100% of the clients", attar.Run("experiment", "set", "experiments.json", "lamps", "--start", "--ramp").Out.Trim());
        Refused("found 3; expected a share from 0 to 1", "experiment", "set", "experiments.json", "lamps", "--traffic", "3");
        Refused("expected one of --traffic and --ramp", "experiment", "set", "experiments.json", "lamps");

        Assert.Equal("2 queries and events deleted", attar.Run("experiment", "forget", "experiments.json", "device-7").Out.Trim());
        Assert.Equal("nothing is kept of this client", attar.Run("experiment", "forget", "experiments.json", "device-7").Out.Trim());
    }

    [Fact]
    public async Task What_nothing_can_be_learnt_from_is_told_in_a_line_before_a_model_is_loaded()
    {
        attar.Write("experiments.json", """
            { "salt": "0123456789abcdef", "experiments": [ { "name": "lamps", "kind": "interleave", "arms": [ { "name": "old", "ranker": "bm25" }, { "name": "new", "ranker": "student" } ] } ] }
            """);
        attar.Write("products.csv", "id,title,stock\np1,oak table,3\np2,table cloth,0\n");
        attar.Write("judged.csv", "query,product_id,grade\noak table,p1,1\noak table,p2,0\n");
        Assert.Equal(0, attar.Run("import", "--products", "products.csv", "--judgments", "judged.csv", "--keep", "stock", "shop").Code);
        attar.Write("online.db", "no database");
        Ends(1, "online.db cannot be used: SQLite Error 26", Learn("lamps"));
        File.Delete(attar.PathOf("online.db"));
        OnlineSettings settings = OnlineSettings.Read(attar.PathOf("experiments.json"));
        await using (OnlineStore store = await OnlineStore.Open(OnlineStore.DatabaseOf(settings), TestContext.Current.CancellationToken))
        {
            await store.Register(settings, DateTimeOffset.UnixEpoch);
            Ends(2, "no experiment 'chairs' in the store", Learn("chairs"));
            Ends(1, "no search of 'lamps' is kept yet", Learn("lamps"));
            await store.Append([new ShownQuery("q1", 5, null, "lamp", ["p8", "p9"], "lamps", null, 7, "BA", 3)], [], TestContext.Current.CancellationToken);
            Ends(2, "none of the products that 'lamps' showed is in this catalogue", Learn("lamps"));
            await store.Append([new ShownQuery("q2", 5, null, "table", ["p2", "p9", "p1"], "lamps", null, 7, "BAB", 3)], [new ShopperEvent("e1", 6, 6, "click", "q2", null, "p1", 3)], TestContext.Current.CancellationToken);
            Ends(1, "1 of 2 products shown were chosen; expected 100 or more", Learn("lamps"));
        }
        attar.Write("other.json", """{ "salt": "fedcba9876543210" }""");
        Refused("salt: is not the one that the store", "experiment", "forget", "other.json", "device-7");

        Printed Learn(string experiment) => attar.Run("signals", "learn", "experiments.json", experiment, "shop", "--columns", "stock");

        static void Ends(int code, string told, Printed printed)
        {
            Assert.Equal(code, printed.Code);
            Assert.Contains(told, Assert.Single(printed.ErrorLines));
        }
    }

    [Fact]
    public void What_is_needed_is_computed_or_the_usage_told()
    {
        Assert.Equal("647 searches", attar.Run("experiment", "power", "--share", "0.6", "--decided", "0.3").Out.Trim()); // 193.8 decided ones
        Assert.Equal(1562, (double)attar.Run("experiment", "power", "--rate", "0.5", "--rise", "0.05", "--json").Json["clients_of_each_arm"]!, 1.0);
        Refused("expected --rate and --rise, or --share", "experiment", "power");
        Refused("expected more than .5 and less than 1", "experiment", "power", "--share", "0.5");
        Refused("no such file", "experiment", "report", "nowhere.json");
    }

    void Refused(string told, params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.Equal(2, printed.Code);
        Assert.Contains(told, printed.Error);
    }
}
