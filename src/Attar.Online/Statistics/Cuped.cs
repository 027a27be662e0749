namespace Attar.Online.Statistics;

/// <summary>
/// Variance reduction by what was known of each client before the experiment (CUPED: Deng, Xu, Kohavi and Walker, WSDM 2013). A
/// client's value is corrected by what its earlier one foretells; as no arm can have changed the past, the difference of means
/// stays what it was and only varies less.
/// </summary>
/// <param name="Slope">What one unit of the earlier value foretells.</param>
/// <param name="Kept">The share of the variance that is left, 1 where the past foretells nothing.</param>
public sealed record Cuped(Moments Control, Moments Treatment, double Slope, double Kept)
{
    /// <param name="control">(clients) value in the experiment and before it.</param>
    /// <param name="treatment">Likewise.</param>
    public static Cuped Of(IReadOnlyList<(double Value, double Before)> control, IReadOnlyList<(double Value, double Before)> treatment)
    {
        (double Value, double Before)[] all = [.. control, .. treatment];
        double value = all.Average(client => client.Value), before = all.Average(client => client.Before);
        double together = all.Sum(client => (client.Value - value) * (client.Before - before)), alone = all.Sum(client => (client.Before - before) * (client.Before - before));
        double slope = alone > 0 ? together / alone : 0;
        Moments a = Corrected(control), b = Corrected(treatment);
        double whole = Moments.Of(control.Select(client => client.Value)).OfMean + Moments.Of(treatment.Select(client => client.Value)).OfMean;
        return new Cuped(a, b, slope, whole > 0 && double.IsFinite(whole) ? (a.OfMean + b.OfMean) / whole : 1);

        Moments Corrected(IEnumerable<(double Value, double Before)> clients) => Moments.Of(clients.Select(client => client.Value - slope * (client.Before - before)));
    }
}
