using Attar.Online.Simulation;
using Attar.Workspaces;

namespace Attar.Online.Tests.Simulation;

public sealed class SimulationsTests
{
    sealed class Silent : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "") { }

        public void Note(string line) { }
    }

    /// <summary>The table of docs/experiments-online.md in small: 200 experiments of each kind on ten queries.</summary>
    [Fact]
    public void False_alarms_are_as_rare_as_they_should_be_and_interleaving_sees_more()
    {
        var random = new Random(2);
        SimulatedShop shop = new([.. Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 12).Select(_ => random.Next(4)).ToArray())]);
        SimulationPlan plan = new(Experiments: 200, Days: 10, Interleaved: 60, Clients: 60, Control: 1.5, Treatment: .5, Pilot: 60_000);
        SimulationResult result = Simulations.Run(shop, Shopper.Usual, plan, seed: 5, threads: 2, new Silent(), TestContext.Current.CancellationToken);
        Assert.All(result.Null, row => Assert.InRange(row.Once, .005, .11)); // 5 %, of 200
        Assert.All(result.Null, row => Assert.InRange(row.Always, 0, .07));
        Assert.All(result.Null, row => Assert.True(row.Naive > row.Once && row.Naive > .09, $"{row}"));
        Assert.True(result.Effect[0].Once > .5, $"{result.Effect[0]}");
        Assert.True(result.Effect[0].Always > .25 && result.Effect[0].Always < result.Effect[0].Naive, $"{result.Effect[0]}");
        Assert.All(result.Sensitivities.Skip(1), row => Assert.True(row.Times > 4, $"{row}"));
        Assert.True(result.Sensitivities[3].Times > 10, $"{result.Sensitivities[3]}"); // few clients fill a cart
        Assert.Contains("false alarms", SimulationText.Of(result));
        Assert.Equal(4, SimulationText.ToJson(result)["null"]!.AsArray().Count);
    }

    /// <summary>Shoppers who come back search again, they do not vote again for the same ranker: wins spread as a fair coin's do.</summary>
    [Fact]
    public void Equal_rankers_win_as_a_fair_coin_falls()
    {
        const int Experiments = 1000, Searches = 200;
        var random = new Random(3);
        SimulatedShop shop = new([.. Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 12).Select(_ => random.Next(4)).ToArray())]);
        double[] distances = [.. Enumerable.Range(0, Experiments).Select(seed =>
        {
            var experiment = new SimulatedExperiment(shop, Shopper.Usual, new SimulatedRanker(1), new SimulatedRanker(1), .8, (ulong)seed);
            (int won, int decided) = (0, 0);
            for (int left = Searches; left > 0;)
            {
                double readiness = experiment.Readiness();
                for (int searches = Math.Min(left, experiment.Searches()); searches > 0; searches--, left--)
                    if (experiment.Interleave(readiness) is not 0 and var more) (won, decided) = (won + Math.Sign(more), decided + 1);
            }
            return won / Math.Sqrt(decided);
        })];
        Assert.InRange(distances.Average(), -4 / Math.Sqrt(Experiments), 4 / Math.Sqrt(Experiments));
        Assert.InRange(distances.Average(distance => distance * distance), 1 - 4 * Math.Sqrt(2.0 / Experiments), 1 + 4 * Math.Sqrt(2.0 / Experiments));
    }

    [Fact]
    public void The_same_seed_gives_the_same_table_on_any_number_of_threads()
    {
        SimulatedShop shop = new([[3, 0, 1, 2, 0, 0, 1, 3]]);
        SimulationPlan plan = new(Experiments: 6, Days: 2, Interleaved: 20, Clients: 20, Pilot: 1000);
        string Table(ulong seed, int threads) => SimulationText.Of(Simulations.Run(shop, Shopper.Usual, plan, seed, threads, new Silent(), default));
        Assert.Equal(Table(1, 1), Table(1, 2));
        Assert.NotEqual(Table(1, 1), Table(2, 1));
    }

    [Fact]
    public void The_shop_s_queries_have_products_to_tell_apart()
    {
        SimulatedShop shop = SimulatedShop.Of(1, new Silent(), products: 400, queries: 60);
        Assert.NotEmpty(shop.Grades);
        Assert.All(shop.Grades, grades => Assert.True(grades.Distinct().Count() > 1 && grades.All(grade => grade is >= 0 and <= 3)));
    }
}
