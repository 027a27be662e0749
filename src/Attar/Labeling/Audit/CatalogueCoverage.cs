using Attar.Data;
using Attar.Evaluation.Audit;

namespace Attar.Labeling.Audit;

/// <summary>What of the catalogue the pairs have, and how their prices are spread beside its own.</summary>
sealed class CatalogueCoverage(IReadOnlyList<Product> products)
{
    const int Shown = 5;
    const int Shared = 5; // products from which on a value of an attribute is one that shoppers may ask for

    readonly long[] pairs = new long[products.Count];
    readonly Bands? prices = Bands.OfQuantiles(products.Select(Segmentation.PriceOf).OfType<double>());

    /// <summary>Products that some pair has.</summary>
    public long Products => pairs.Count(count => count > 0);

    public void Add(int product) => pairs[product]++;

    public IEnumerable<AuditCheck> Checks(AuditLimits limits)
    {
        yield return Covered("categories", "category", product => [product.Category], 1, limits.Categories);
        yield return Covered("brands", "brand", product => [product.Brand], 1, limits.Brands);
        yield return Covered("attributes", "attribute", Attributes, Shared, limits.Attributes);
        yield return new("prices", "how much the pairs' prices are spread as the catalogue's", Overlap(), limits.Prices, true, []);
    }

    public IEnumerable<AuditCounts> Histograms()
    {
        if (prices is null) yield break;
        yield return new("pairs by price", Spread(i => pairs[i]));
        yield return new("products of the catalogue by price", Spread(_ => 1));
    }

    static IEnumerable<string> Attributes(Product product) => ProductText.Attributes(product)
        .Where(attribute => !attribute.Name.Equals("price", StringComparison.OrdinalIgnoreCase)).Select(attribute => $"{attribute.Name}={attribute.Value}".TrimStart('=')).Distinct();

    /// <param name="shared">Groups of fewer products do not count.</param>
    AuditCheck Covered(string name, string one, Func<Product, IEnumerable<string>> of, int shared, double limit)
    {
        var groups = new Dictionary<string, (int Products, bool Met)>();
        foreach (var (i, product) in products.Index())
            foreach (string value in of(product).Where(value => value.Length > 0))
            {
                var (count, met) = groups.GetValueOrDefault(value);
                groups[value] = (count + 1, met || pairs[i] > 0);
            }
        var counted = groups.Where(group => group.Value.Products >= shared).ToArray();
        var missing = counted.Where(group => !group.Value.Met).OrderByDescending(group => group.Value.Products).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
        long all = counted.Sum(group => (long)group.Value.Products);
        return new(name, $"products whose {one} some pair has; {missing.Length} of {counted.Length} {name} have none",
            all == 0 ? null : 1 - (double)missing.Sum(group => (long)group.Value.Products) / all, limit, true, [.. missing.Take(Shown).Select(group => $"{group.Key} ({group.Value.Products} products)")]);
    }

    double? Overlap()
    {
        if (prices is null) return null;
        IReadOnlyList<AuditCount> mine = Spread(i => pairs[i]), whole = Spread(_ => 1);
        double all = mine.Sum(band => band.Count), catalogue = whole.Sum(band => band.Count);
        return all == 0 ? null : mine.Zip(whole).Sum(band => Math.Min(band.First.Count / all, band.Second.Count / catalogue));
    }

    IReadOnlyList<AuditCount> Spread(Func<int, long> of) =>
    [
        .. products.Index().Where(entry => Segmentation.PriceOf(entry.Item) is not null)
            .GroupBy(entry => prices!.NameOf(Segmentation.PriceOf(entry.Item)!.Value), entry => of(entry.Index))
            .OrderBy(band => Bands.PlaceOf(band.Key)).Select(band => new AuditCount(band.Key, band.Sum())),
    ];
}
