using Attar.Online.Allocation;

namespace Attar.Online.Simulation;

/// <summary>A ranker of known quality: it orders by the true grade and an error of its own at each search.</summary>
/// <param name="Error">The error's deviation, in grades: the smaller, the better the ranker.</param>
public sealed record SimulatedRanker(double Error)
{
    internal int[] Rank(int[] grades, Draws draws)
    {
        double[] errors = new double[grades.Length];
        int[] order = new int[grades.Length];
        for (int i = 0; i < order.Length; i++) (order[i], errors[i]) = (i, -(grades[i] + Error * draws.Normal()));
        Array.Sort(errors, order);
        return order;
    }
}

/// <summary>Shoppers of two simulated rankers.</summary>
sealed class SimulatedExperiment(SimulatedShop shop, Shopper shopper, SimulatedRanker control, SimulatedRanker treatment, ulong seed)
{
    readonly Draws draws = new(seed);
    readonly List<(int Place, bool Cart)> clicks = [];

    /// <summary>One interleaved search: above 0 where the treatment got more clicks.</summary>
    public int Interleave(double readiness)
    {
        int[] grades = shop.Grades[draws.Below(shop.Grades.Count)];
        Interleaved list = TeamDraft.Draw(control.Rank(grades, draws), treatment.Rank(grades, draws), draws.Next());
        Look(grades, list.Order, readiness);
        return -Credit.Of(list.Teams, clicks.Select(click => click.Place));
    }

    /// <summary>A shopper's readiness, for searches of <see cref="Interleave"/>.</summary>
    public double Readiness() => shopper.Readiness(draws);

    public int Searches() => shopper.Count(draws);

    /// <summary>One client of an A/B experiment: the share of its searches with a click, whether it put anything into the cart, and the first of these before the experiment.</summary>
    public (double Clicked, double Cart, double Before, int Searches) Client(bool treated)
    {
        double readiness = Readiness();
        (double before, _, _) = Period(control, readiness);
        (double clicked, bool cart, int searches) = Period(treated ? treatment : control, readiness);
        return (clicked, cart ? 1 : 0, before, searches);
    }

    (double Clicked, bool Cart, int Searches) Period(SimulatedRanker ranker, double readiness)
    {
        int searches = Searches(), clicked = 0;
        bool cart = false;
        for (int search = 0; search < searches; search++)
        {
            int[] grades = shop.Grades[draws.Below(shop.Grades.Count)];
            Look(grades, ranker.Rank(grades, draws), readiness);
            if (clicks.Count > 0) clicked++;
            cart |= clicks.Any(click => click.Cart);
        }
        return ((double)clicked / searches, cart, searches);
    }

    void Look(int[] grades, int[] order, double readiness) => shopper.Look([.. order.Select(item => grades[item])], readiness, draws, clicks);
}
