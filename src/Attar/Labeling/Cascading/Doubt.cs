using System.Globalization;

namespace Attar.Labeling.Cascading;

/// <summary>
/// How little the cheap teachers know of a query's order: the share of its product pairs that they are expected to order wrongly,
/// mean over i &lt; j of min(P_ij, 1 - P_ij) with P_ij = Σ_k w_k σ(s_ki - s_kj), a vote of teachers of whom each prefers i to j as its margin says
/// (Bradley and Terry 1952; soft votes of a committee: McCallum and Nigam 1998). It is high where margins are small and where teachers disagree;
/// queries whose order is right anyway, however far scores lie apart, stay low.
/// </summary>
static class Doubt
{
    const int Digits = 4; // significant: what a processor rounds otherwise makes no other choice

    /// <param name="scores">(teachers, products) log-odds; a product without a finite score is left out.</param>
    /// <param name="weights">(teachers), with the sum 1</param>
    /// <returns>From 0 to .5; 0 of fewer than two products, for which nothing can be ordered.</returns>
    public static double Of(double[][] scores, double[] weights)
    {
        int[] products = [.. Enumerable.Range(0, scores[0].Length).Where(product => scores.All(own => double.IsFinite(own[product])))];
        double sum = 0;
        for (int i = 1; i < products.Length; i++)
            for (int j = 0; j < i; j++)
            {
                double first = 0;
                for (int teacher = 0; teacher < weights.Length; teacher++) first += weights[teacher] / (1 + Math.Exp(scores[teacher][products[j]] - scores[teacher][products[i]]));
                sum += Math.Min(first, 1 - first);
            }
        return products.Length < 2 ? 0 : Rounded(sum / (products.Length * (products.Length - 1) / 2));
    }

    /// <summary>The doubt from which a query is asked about: those of most doubt, as many as fit into the share of all pairs.</summary>
    /// <param name="queries">Of all, or of a sample.</param>
    /// <returns>Infinity where none fits. Queries without doubt are not asked about but where all are.</returns>
    public static double From(IReadOnlyCollection<(double Doubt, int Pairs)> queries, double share)
    {
        if (share >= 1) return 0;
        double room = share * queries.Sum(query => (long)query.Pairs), from = double.PositiveInfinity;
        foreach (var alike in queries.Where(query => query.Doubt > 0).GroupBy(query => query.Doubt).OrderByDescending(alike => alike.Key))
        {
            room -= alike.Sum(query => (long)query.Pairs);
            if (room < 0) break;
            from = alike.Key;
        }
        return from;
    }

    static double Rounded(double value) => double.Parse(value.ToString($"G{Digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
