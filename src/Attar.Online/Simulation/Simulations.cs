using Attar.Online.Statistics;
using Attar.Workspaces;

namespace Attar.Online.Simulation;

/// <summary>What is simulated.</summary>
/// <param name="Experiments">Without any difference, and as many with one.</param>
/// <param name="Days">A look at the end of each.</param>
/// <param name="Interleaved">Searches a day of each interleaved experiment.</param>
/// <param name="Clients">New clients a day of each A/B experiment, both arms together; they come back on later days.</param>
/// <param name="Control">Error of the control, in grades; also of the treatment where there is no difference.</param>
/// <param name="Treatment">Error of a better one.</param>
/// <param name="Alike">How much the errors of both correlate where they rank one search; two students of one teacher err much alike, and interleaving then heeds only what they tell apart.</param>
/// <param name="Pilot">Searches, and clients, from which the sizes that find the difference are computed.</param>
public sealed record SimulationPlan(int Experiments = 1000, int Days = 14, int Interleaved = 300, int Clients = 200, double Control = 1, double Treatment = .75, double Alike = .8, int Pilot = 400_000);

/// <param name="Searches">Of the whole experiment.</param>
/// <param name="Once">Share of the experiments in which a single look at the end claims a difference.</param>
/// <param name="Naive">Likewise for the same test looked at every day, by who stops at the first p below .05.</param>
/// <param name="Always">Likewise for the test that may be looked at every day.</param>
public sealed record Claims(string Method, double Searches, double Once, double Naive, double Always);

/// <param name="Searches">That find the difference in four of five experiments, with one look.</param>
/// <param name="Times">As many as interleaving needs.</param>
public sealed record Sensitivity(string Method, double Searches, double Times);

/// <param name="Null">Without a difference: false alarms.</param>
/// <param name="Effect">With one: power.</param>
public sealed record SimulationResult(SimulationPlan Plan, IReadOnlyList<Claims> Null, IReadOnlyList<Claims> Effect, IReadOnlyList<Sensitivity> Sensitivities);

/// <summary>Proves the statistics on shoppers whose taste is known.</summary>
public static class Simulations
{
    const double Alpha = .05;

    static readonly string[] methods = ["interleaving, clicks", "A/B, searches with click", "  less its past", "A/B, clients with cart"];

    public static SimulationResult Run(SimulatedShop shop, Shopper shopper, SimulationPlan plan, ulong seed, int threads, IProgressSink progress, CancellationToken cancel)
    {
        SimulatedRanker control = new(plan.Control), treatment = new(plan.Treatment);
        IReadOnlyList<Claims> none = All("without a difference", control, 1), effect = All("with a difference", treatment, 2);
        return new SimulationResult(plan, none, effect, Sensitivities(shop, shopper, plan, control, treatment, seed));

        IReadOnlyList<Claims> All(string what, SimulatedRanker other, ulong part)
        {
            var outcomes = new Outcome[plan.Experiments][];
            int done = 0;
            Parallel.For(0, plan.Experiments, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, experiment =>
            {
                outcomes[experiment] = One(new SimulatedExperiment(shop, shopper, control, other, plan.Alike, unchecked(seed * 1_000_003 + part * 7_919 + (ulong)experiment * 104_729)), plan);
                lock (outcomes) progress.Report(what, ++done, plan.Experiments);
            });
            return [.. methods.Select((method, i) => new Claims(method, outcomes.Average(one => one[i].Searches), outcomes.Average(one => one[i].Once ? 1.0 : 0), outcomes.Average(one => one[i].Naive ? 1.0 : 0), outcomes.Average(one => one[i].Always ? 1.0 : 0)))];
        }
    }

    /// <summary>What one experiment's looks claimed.</summary>
    struct Outcome
    {
        public double Searches;

        public bool Once, Naive, Always;

        public void Look(double p, double always)
        {
            Once = p < Alpha; // the last look stays
            Naive |= Once;
            Always |= always < Alpha;
        }
    }

    static Outcome[] One(SimulatedExperiment experiment, SimulationPlan plan)
    {
        var outcomes = new Outcome[methods.Length];
        (long wins, long losses) = (0, 0);
        for (int day = 0; day < plan.Days; day++)
        {
            for (int left = plan.Interleaved; left > 0;)
            {
                double readiness = experiment.Readiness();
                for (int searches = Math.Min(left, experiment.Searches()); searches > 0; searches--, left--)
                {
                    int more = experiment.Interleave(readiness);
                    if (more > 0) wins++;
                    if (more < 0) losses++;
                }
            }
            outcomes[0].Look(SignTest.P(wins, losses), CountMixture.P(wins, losses));
        }
        outcomes[0].Searches = plan.Days * plan.Interleaved;

        var sequence = new ConfidenceSequence(plan.Days * plan.Clients);
        List<SimulatedClient>[] arms = [[], []];
        for (int day = 0; day < plan.Days; day++)
        {
            for (int client = 0; client < plan.Clients; client++) arms[client & 1].Add(experiment.Client(treated: (client & 1) == 1));
            foreach (SimulatedClient client in arms.SelectMany(arm => arm)) experiment.Day(client);
            Look(ref outcomes[1], Of(client => client.Clicked));
            Cuped reduced = Cuped.Of(WithPast(arms[0]), WithPast(arms[1]));
            Look(ref outcomes[2], Difference.Of(reduced.Control, reduced.Treatment));
            Look(ref outcomes[3], Of(client => client.Cart));
        }
        for (int method = 1; method < outcomes.Length; method++) outcomes[method].Searches = arms.Sum(arm => arm.Sum(client => client.Searches));
        return outcomes;

        Difference Of(Func<SimulatedClient, double> value) => Difference.Of(Moments.Of(arms[0].Select(value)), Moments.Of(arms[1].Select(value)));

        void Look(ref Outcome outcome, Difference difference) => outcome.Look(difference.P, sequence.P(difference, arms[0].Count + arms[1].Count));
    }

    static (double Value, double Before)[] WithPast(IEnumerable<SimulatedClient> clients) => [.. clients.Select(client => (client.Clicked, client.Before))];

    /// <summary>From many shoppers of each, how many searches find the difference.</summary>
    static IReadOnlyList<Sensitivity> Sensitivities(SimulatedShop shop, Shopper shopper, SimulationPlan plan, SimulatedRanker control, SimulatedRanker treatment, ulong seed)
    {
        var experiment = new SimulatedExperiment(shop, shopper, control, treatment, plan.Alike, seed ^ 0x5DEECE66DUL);
        (long wins, long losses) = (0, 0);
        for (int search = 0; search < plan.Pilot; search++)
        {
            int more = experiment.Interleave(experiment.Readiness());
            if (more > 0) wins++;
            if (more < 0) losses++;
        }
        List<SimulatedClient>[] arms = [[], []];
        for (int i = 0; i < plan.Pilot; i++)
        {
            SimulatedClient client = experiment.Client(treated: (i & 1) == 1);
            while (client.Left > 0) experiment.Search(client);
            arms[i & 1].Add(client);
        }
        Cuped reduced = Cuped.Of(WithPast(arms[0]), WithPast(arms[1]));
        double interleaved = Power.Decisions((double)wins / (wins + losses)) * plan.Pilot / (wins + losses), each = arms.Average(arm => arm.Average(client => client.Searches));
        return
        [
            new(methods[0], interleaved, 1),
            Of(methods[1], Moments.Of(arms[0].Select(client => client.Clicked)), Moments.Of(arms[1].Select(client => client.Clicked))),
            Of(methods[2], reduced.Control, reduced.Treatment),
            Of(methods[3], Moments.Of(arms[0].Select(client => client.Cart)), Moments.Of(arms[1].Select(client => client.Cart))),
        ];

        Sensitivity Of(string method, Moments a, Moments b) =>
            2 * each * Power.Clients(b.Mean - a.Mean, Math.Sqrt((a.Variance + b.Variance) / 2)) is var needed ? new Sensitivity(method, needed, needed / interleaved) : null!;
    }
}
