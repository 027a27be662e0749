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
        Assert.StartsWith("lamps: no difference between new and old is shown yet\ninterleaved, running with 100% of the clients; 1 searches of 1 clients", table);
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
