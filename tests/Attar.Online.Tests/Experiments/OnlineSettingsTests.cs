using Attar.Online.Experiments;

namespace Attar.Online.Tests.Experiments;

public sealed class OnlineSettingsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-online-").FullName;

    string File => Path.Combine(folder, "experiments.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    OnlineSettings Read(string json)
    {
        System.IO.File.WriteAllText(File, json);
        return OnlineSettings.Read(File);
    }

    const string Good = """
        {
          // comments may stand here
          "salt": "0123456789abcdef", "store": "kept/online.db", "retentionDays": 30, "unknownEvents": "refuse",
          "experiments": [
            { "name": "lamps", "kind": "interleave", "arms": [ { "name": "old", "ranker": "student" }, { "name": "new", "ranker": "student-b" } ],
              "traffic": 0.1, "ramp": [ { "from": "2026-12-02T00:00:00Z", "traffic": 0.5 }, { "from": "2026-12-01T00:00:00Z", "traffic": 0.2 } ],
              "start": "2026-11-30T00:00:00Z", "stop": "2026-12-31T00:00:00Z", "metric": "add_to_cart", "guard": { "latencyMs": 80 } },
          ]
        }
        """;

    [Fact]
    public void A_file_is_read_and_its_store_lies_beside_it()
    {
        OnlineSettings settings = Read(Good);
        Assert.Equal((Path.Combine(folder, "kept", "online.db"), false, 30, UnknownEvents.Refuse), (settings.Store, settings.IsPostgres, settings.RetentionDays, settings.UnknownEvents));
        Experiment lamps = Assert.Single(settings.All);
        Assert.Equal(("old", 80, .02), (lamps.Control.Name, lamps.Limits.LatencyMs, lamps.Limits.Errors));
        Assert.Equal("Host=db;Database=attar", (Read(Good.Replace("kept/online.db", "Host=db;Database=attar"))).Store);
    }

    [Fact]
    public void Traffic_follows_the_ramp_and_the_experiment_its_times()
    {
        Experiment lamps = Read(Good).All[0];
        Assert.Equal([.1, .2, .5], ((int[])[30, 31, 32]).Select(day => lamps.TrafficAt(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day - 1))));
        Assert.Equal([false, true, true, false], ((int[])[29, 30, 31, 61]).Select(day => lamps.RunsAt(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day - 1))));
    }

    [Theory]
    [InlineData("{ \"salt\": \"short\" }", "salt: 5 characters; expected at least 16")]
    [InlineData("{}", "salt: missing")]
    [InlineData("{ \"salt\": \"0123456789abcdef\", \"salz\": 1 }", "salz: unknown key")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{", "not JSON")]
    public void A_wrong_file_is_told(string json, string told) => Assert.Contains(told, Assert.Throws<InputException>(() => Read(json)).Message);

    [Fact]
    public void Every_fault_of_an_experiment_is_told()
    {
        string message = Assert.Throws<InputException>(() => Read("""
            { "salt": "0123456789abcdef", "retentionDays": -1, "experiments": [
              { "name": "a b", "kind": "ab", "arms": [ { "name": "x", "ranker": "m" }, { "name": "x", "ranker": "", "weight": 0 } ], "traffic": 2, "metric": "look",
                "start": "2026-12-01T00:00:00Z", "stop": "2026-11-01T00:00:00Z", "planned": 3, "guard": { "errors": 5 } },
              { "name": "three", "kind": "interleave", "arms": [ { "name": "x", "ranker": "m" }, { "name": "y", "ranker": "m" }, { "name": "z", "ranker": "m" } ] },
              { "name": "three", "kind": "ab", "arms": [ { "name": "x", "ranker": "m" } ] } ] }
            """)).Message;
        foreach (string told in (string[])["retentionDays: -1", "name 'a b'", "more than one is named 'x'", "a name of at most 64 characters and a ranker", "weight 0", "traffic 2", "stop: is not after start", "metric 'look'", "planned 3", "guard:", "interleaving compares two", "at least one more", "more than one experiment is named 'three'"])
            Assert.Contains(told, message);
    }

    [Fact]
    public void A_missing_file_is_told() => Assert.Contains("no such file", Assert.Throws<InputException>(() => OnlineSettings.Read(File)).Message);
}
