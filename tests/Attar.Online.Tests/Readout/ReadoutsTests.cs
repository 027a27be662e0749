using Attar.Evaluation;
using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Readout;
using Attar.Online.Storage;
using Attar.Online.Tests.Storage;

namespace Attar.Online.Tests.Readout;

public sealed class ReadoutsTests
{
    static readonly DateTimeOffset monday = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);

    static readonly Experiment mixed = new("mixed", ExperimentKind.Interleave, [new("old", "a"), new("new", "b")]), split = new("split", ExperimentKind.Ab, [new("old", "a"), new("new", "b")], Metric: "purchase", Planned: 400);

    static ShownQuery Shown(string id, string client, string? arm = null, string? teams = null, int days = 0) =>
        new(id, monday.AddDays(days).ToUnixTimeMilliseconds(), client, "lamp", ["p1", "p2", "p3"], "mixed", arm, null, teams, 10);

    static ShopperEvent Did(string query, string? product, string action = "click", int? ordinal = null) => new($"{query} {product} {action} {ordinal}", 0, 0, action, query, null, product, ordinal);

    static ExperimentReport Report(Experiment experiment, IEnumerable<ShownQuery> queries, IEnumerable<ShopperEvent> events, Func<string, string, double>? before = null, params Halt[] halts) =>
        Readouts.Of(experiment, new ExperimentState(experiment.Name, experiment.Definition, monday, null, null, halts), Request.Join(queries, events), before ?? ((_, _) => 0), monday, monday.AddDays(9));

    [Fact]
    public void Clicks_are_credited_to_the_team_of_their_place()
    {
        // q1: A, q2: B, q3: one each, q4: neither team, q5 by place alone, q6 a product not shown
        ExperimentReport report = Report(mixed,
            [Shown("q1", "c1", teams: "ABA"), Shown("q2", "c1", teams: "BAB"), Shown("q3", "c2", teams: "ABA"), Shown("q4", "c2", teams: "-AB"), Shown("q5", "c3", teams: "ABA"), Shown("q6", "c3", teams: "ABA")],
            [Did("q1", "p1"), Did("q1", "p3"), Did("q2", "p1", "click_through"), Did("q3", "p1"), Did("q3", "p2"), Did("q4", "p1"), Did("q5", null, ordinal: 2), Did("q6", "p9", ordinal: 2), Did("q1", "p2", "add_to_cart"), Did("elsewhere", "p1")]);
        PreferenceReport clicks = report.Preferences.Single(one => one.Action == "click"), carts = report.Preferences.Single(one => one.Action == "add_to_cart");
        Assert.Equal((2, 1, 3), (clicks.Wins, clicks.Losses, clicks.Ties)); // of the second arm
        Assert.Equal(2 / 3.0, clicks.Share, 1e-12);
        Assert.Equal((1, 0), (carts.Wins, carts.Losses));
        Assert.Equal((6, 3), (report.Requests, report.Clients));
        Assert.Null(report.Mismatch);
        Assert.Equal("no difference between new and old is shown yet", report.Verdict);
        Assert.Equal([(1, 6, 4), (2, 6, 2), (3, 6, 1)], report.Places.Select(place => (place.Place, place.Shown, place.Clicked)));
    }

    [Fact]
    public void Three_in_four_of_four_hundred_is_a_preference()
    {
        ExperimentReport report = Report(mixed, Enumerable.Range(0, 400).Select(i => Shown($"q{i}", $"c{i / 2}", teams: "BAB", days: i / 100)), Enumerable.Range(0, 400).Select(i => Did($"q{i}", i % 4 == 0 ? "p2" : "p1")));
        PreferenceReport clicks = report.Preferences[0];
        Assert.Equal((300, 100, Comparison.Better), (clicks.Wins, clicks.Losses, clicks.Verdict));
        Assert.True(clicks.SignP < 1e-20 && clicks.AlwaysP < 1e-15 && clicks.AlwaysP > clicks.SignP);
        Assert.InRange(clicks.Bootstrap.Low, .68, .75);
        Assert.True(clicks.Always.Low < clicks.Bootstrap.Low);
        Assert.Equal("new is better than old", report.Verdict);
        Assert.Equal(4, report.Days.Count);
        Assert.All(report.Days, day => Assert.Equal(.75, day.Value, .01));
        Assert.True(report.Days[3].P <= report.Days[0].P);
        Assert.Equal(3, report.Needs.Count);
        Assert.Equal(report.Needs[0].Units / 100, report.Needs[0].Days, report.Needs[0].Days * .4); // a hundred searches a day, three days apart
        var text = new StringWriter();
        ReportText.Write(report, text);
        Assert.Contains("mixed: new is better than old", text.ToString());
        Assert.Equal(300, (int)ReportText.ToJson(report)["preferences"]![0]!["wins"]!);
    }

    [Fact]
    public void Clients_are_the_unit_of_an_ab_experiment()
    {
        // 200 clients of two searches in each arm; of the control's every tenth buys, of the other's every second, twice
        List<ShownQuery> queries = [];
        List<ShopperEvent> events = [];
        foreach ((string arm, int every) in ((string, int)[])[("old", 10), ("new", 2)])
            for (int client = 0; client < 200; client++)
                for (int search = 0; search < 2; search++)
                {
                    string id = $"{arm}{client}-{search}";
                    queries.Add(Shown(id, $"{arm}{client}", arm, days: search));
                    if (client % every == 0) events.AddRange([Did(id, "p1", "purchase"), Did(id, "p2", "purchase")]);
                }
        ExperimentReport report = Report(split, queries, events);
        DifferenceReport bought = report.Differences.Single(one => one.Metric == "clients with purchase");
        Assert.Equal(.1, bought.Control, 1e-9);
        Assert.Equal(.5, bought.Treatment, 1e-9);
        Assert.Equal(Comparison.Better, bought.Verdict);
        Assert.Equal(.4, bought.Value, 1e-9);
        double error = Math.Sqrt((.1 * .9 + .5 * .5) / 199);
        Assert.Equal(.4 - 1.96 * error, bought.Once.Low, .001);
        Assert.True(bought.Always.Low < bought.Once.Low && bought.AlwaysP < .001);
        Assert.Equal(0, report.Differences.Single(one => one.Metric == "searches with click").Value);
        Assert.Equal("new is better than old", report.Verdict);
        Assert.Equal((1, false), (report.Mismatch!.P, report.Mismatch.Alarm));
        Assert.All(report.Differences, one => Assert.Null(one.Reduced));
        Assert.Equal(2, report.Days.Count);
    }

    [Fact]
    public void An_interval_that_rules_nothing_out_yet_is_a_dash()
    {
        var text = new StringWriter();
        ReportText.Write(Report(split, [Shown("q1", "c1", "old"), Shown("q2", "c2", "new")], [Did("q1", "p1", "purchase")]), text);
        Assert.Matches(@"\nclients with purchase +1.0000 +.0000 +-1.0000 +-1.0000 to -1.0000 +1.0000 +– +1.0000 +not shown\n", text.ToString());
    }

    [Fact]
    public void What_clients_did_before_takes_variance_away()
    {
        // who bought before buys again, in both arms alike; the other arm makes every fourth other one buy
        List<ShownQuery> queries = [];
        List<ShopperEvent> events = [];
        for (int client = 0; client < 400; client++)
        {
            queries.Add(Shown($"q{client}", $"c{client}", client % 2 == 0 ? "old" : "new"));
            if (Buyer($"c{client}") > 0 || client % 8 == 1) events.Add(Did($"q{client}", "p1", "purchase"));
        }
        DifferenceReport bought = Report(split, queries, events, (client, action) => action == "purchase" ? Buyer(client) : 0).Differences.Single(one => one.Metric == "clients with purchase");
        Assert.True(bought.Reduced!.Kept < .7, $"{bought.Reduced.Kept}");
        Assert.True(bought.Reduced.Once.High - bought.Reduced.Once.Low < bought.Once.High - bought.Once.Low);

        static double Buyer(string client) => int.Parse(client[1..], System.Globalization.CultureInfo.InvariantCulture) / 2 % 3 == 0 ? 1 : 0;
    }

    [Fact]
    public void Lost_clients_void_everything()
    {
        ExperimentReport report = Report(split, Enumerable.Range(0, 1000).Select(i => Shown($"q{i}", $"c{i}", i % 5 < 3 ? "old" : "new")), []);
        Assert.True(report.Mismatch!.Alarm);
        Assert.Equal("not to be believed: the arms did not get their shares of the clients", report.Verdict);
    }

    [Fact]
    public void A_search_without_a_client_is_a_client_of_its_own() =>
        Assert.Equal(2, Report(split, [Shown("q1", null!, "old"), Shown("q2", null!, "old")], []).Clients);

    [Theory]
    [InlineData(null, null, "running with 100% of the clients")]
    [InlineData(.25, null, "running with 25% of the clients")]
    [InlineData(null, 1, "stopped 2026-12-01 09:00 UTC")]
    public void The_state_is_told(double? traffic, int? stoppedAfter, string told) =>
        Assert.Equal(told, Readouts.StateOf(split, new ExperimentState("split", "", monday, traffic, stoppedAfter is { } days ? monday.AddDays(days) : null, []), monday.AddDays(2)));

    [Fact]
    public void A_halted_experiment_says_why() =>
        Assert.Equal("halted: too slow", Readouts.StateOf(split, new ExperimentState("split", "", monday, null, null, [new Halt("new", "too slow", monday)]), monday));

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task A_report_is_made_from_a_store(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Register(database.Settings(mixed), monday);
        await store.Append([Shown("q1", "c1", teams: "BA"), Shown("q2", "c1", teams: "BA", days: 1)], [Did("q1", "p1"), Did("q2", "p2", "add_to_cart")]);
        ExperimentReport report = await Readouts.Of(store, Assert.Single(await store.States()), monday.AddDays(2));
        Assert.Equal((2, 1, 1L, 1L), (report.Requests, report.Clients, report.Preferences[0].Wins, report.Preferences[1].Losses));
        Assert.Equal(monday, report.Begun);
    }
}
