namespace Attar.Data.Shop;

/// <summary>Small draws that the generator makes everywhere.</summary>
static class Chance
{
    public static bool Happens(this Random random, double probability) => random.NextDouble() < probability;

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>The first form more often than all others together: it is the usual one.</summary>
    public static string PickForm(this Random random, string[] forms, double usual) =>
        forms.Length == 1 || random.Happens(usual) ? forms[0] : forms[random.Next(1, forms.Length)];
}

/// <summary>Draws 0..n-1 with weights 1/(rank+1)^s over a shuffled order: few things are asked for often, most seldom.</summary>
sealed class Zipf
{
    readonly int[] order;
    readonly double[] cumulative;

    public Zipf(int count, double exponent, Random random)
    {
        order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        cumulative = new double[count];
        double total = 0;
        for (int rank = 0; rank < count; rank++) cumulative[rank] = total += Math.Pow(rank + 1, -exponent);
    }

    public int Next(Random random)
    {
        int found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return order[Math.Min(found < 0 ? ~found : found, order.Length - 1)];
    }
}
