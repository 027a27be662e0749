using Attar.Online.Allocation;

namespace Attar.Online.Simulation;

/// <summary>A ranker of known quality: it orders by the true grade and an error that is drawn anew at each search.</summary>
/// <param name="Error">The error's deviation, in grades: the smaller, the better the ranker.</param>
public sealed record SimulatedRanker(double Error)
{
    /// <param name="common">(products) errors of deviation 1 that another ranker of this search has too; empty: it has none beside it.</param>
    /// <param name="alike">How much the errors of both correlate.</param>
    internal int[] Rank(int[] grades, ReadOnlySpan<double> common, double alike, Draws draws)
    {
        double[] keys = new double[grades.Length];
        int[] order = new int[grades.Length];
        (double shared, double own) = (Math.Sqrt(alike), Math.Sqrt(1 - alike));
        for (int i = 0; i < order.Length; i++)
        {
            double error = common.IsEmpty ? draws.Normal() : shared * common[i] + own * draws.Normal();
            (order[i], keys[i]) = (i, -(grades[i] + Error * error));
        }
        Array.Sort(keys, order);
        return order;
    }
}

/// <summary>Shoppers of two simulated rankers.</summary>
/// <param name="alike">How much the errors of the two correlate where both rank one search.</param>
sealed class SimulatedExperiment(SimulatedShop shop, Shopper shopper, SimulatedRanker control, SimulatedRanker treatment, double alike, ulong seed)
{
    readonly Draws draws = new(seed);
    readonly List<(int Place, bool Cart)> clicks = [];

    /// <summary>One interleaved search: above 0 where the treatment got more clicks.</summary>
    public int Interleave(double readiness)
    {
        int[] grades = shop.Grades[draws.Below(shop.Grades.Count)];
        double[] common = new double[grades.Length];
        for (int i = 0; i < common.Length; i++) common[i] = draws.Normal();
        Interleaved list = TeamDraft.Draw(control.Rank(grades, common, alike, draws), treatment.Rank(grades, common, alike, draws), draws.Next());
        Look(grades, list.Order, readiness);
        return -Credit.Of(list.Teams, clicks.Select(click => click.Place));
    }

    /// <summary>A shopper's readiness, for searches of <see cref="Interleave"/>.</summary>
    public double Readiness() => shopper.Readiness(draws);

    public int Searches() => shopper.Count(draws);

    /// <summary>A client of an A/B experiment who has done nothing in it yet, but searched before as others will in it.</summary>
    public SimulatedClient Client(bool treated)
    {
        var past = new SimulatedClient(treated: false, Readiness(), before: 0, Searches());
        while (past.Left > 0) Search(past);
        return new SimulatedClient(treated, past.Readiness, past.Clicked, Searches());
    }

    /// <summary>What a client does on one day: on its first it searches at least once.</summary>
    public void Day(SimulatedClient client)
    {
        if (client.Searches == 0) Search(client);
        while (client.Left > 0 && shopper.ReturnsToday(draws)) Search(client);
    }

    /// <summary>One search of an A/B experiment.</summary>
    public void Search(SimulatedClient client)
    {
        int[] grades = shop.Grades[draws.Below(shop.Grades.Count)];
        Look(grades, (client.Treated ? treatment : control).Rank(grades, [], 0, draws), client.Readiness);
        client.Searched(clicks.Count > 0, clicks.Any(click => click.Cart));
    }

    void Look(int[] grades, int[] order, double readiness) => shopper.Look([.. order.Select(item => grades[item])], readiness, draws, clicks);
}
