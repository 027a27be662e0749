namespace Attar.Online.Simulation;

/// <summary>
/// How simulated shoppers behave: the position-based model (Craswell, Zoeter, Taylor and Ramsey, WSDM 2008) with trust in the
/// first places (Agarwal et al., WWW 2019) and clicks that mean nothing.
/// </summary>
/// <param name="Decay">A place k is looked at with probability k to the power of minus this.</param>
/// <param name="Attraction">Probability that a product looked at is clicked, by its true grade.</param>
/// <param name="Trust">How much oftener the first place is clicked for standing there.</param>
/// <param name="Noise">Probability of a click on anything looked at.</param>
/// <param name="Cart">Probability that what was clicked goes into the cart, by true grade.</param>
/// <param name="Spread">How shoppers differ in how readily they click: the deviation of its logarithm.</param>
/// <param name="Searches">Of a shopper, on average.</param>
/// <param name="Days">From one search of a shopper to the next, on average.</param>
public sealed record Shopper(double Decay, double[] Attraction, double Trust, double Noise, double[] Cart, double Spread, double Searches, double Days)
{
    public static Shopper Usual { get; } = new(Decay: 1, Attraction: [.02, .06, .15, .3], Trust: .3, Noise: .01, Cart: [.02, .06, .15, .3], Spread: .5, Searches: 3, Days: 2);

    /// <summary>Places clicked, from the first on, and whether each went into the cart.</summary>
    /// <param name="grades">Of the list shown.</param>
    /// <param name="readiness">Of this shopper; 1 is usual.</param>
    internal void Look(ReadOnlySpan<int> grades, double readiness, Draws draws, List<(int Place, bool Cart)> clicks)
    {
        clicks.Clear();
        for (int place = 0; place < grades.Length; place++)
        {
            if (!draws.Happens(Math.Pow(place + 1, -Decay))) continue;
            double likely = Noise + (1 - Noise) * Math.Min(.9, Attraction[grades[place]] * (1 + Trust / (place + 1)) * readiness);
            if (draws.Happens(likely)) clicks.Add((place, draws.Happens(Cart[grades[place]])));
        }
    }

    internal double Readiness(Draws draws) => Math.Exp(Spread * draws.Normal() - Spread * Spread / 2); // 1 on average

    /// <summary>Searches of one shopper: at least one, the rest geometric.</summary>
    internal int Count(Draws draws)
    {
        int count = 1;
        while (count < 50 && draws.Happens(1 - 1 / Searches)) count++;
        return count;
    }

    /// <summary>Whether a shopper who will search again does so today (once more).</summary>
    internal bool ReturnsToday(Draws draws) => draws.Happens(1 / (1 + Days));
}
