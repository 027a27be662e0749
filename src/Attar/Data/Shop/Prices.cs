namespace Attar.Data.Shop;

/// <summary>What things cost: a usual price for each type, from which its products stray by a step or two. Prices say nothing about relevance.</summary>
static class Prices
{
    const int Stray = 3;

    static readonly int[] points = [9, 19, 29, 49, 79, 99, 149, 199, 299, 499, 799, 999]; // as shops like to write them

    /// <summary>The same products, with <c>price=79</c> as the first of their attributes.</summary>
    public static List<ShopProduct> Add(List<ShopProduct> products, Random random)
    {
        var usual = Grammar.Types.ToDictionary(type => type, _ => random.Next(points.Length));
        return [.. products.Select(product => product with { Listing = Priced(product.Listing, points[Math.Clamp(usual[product.Type] + random.Next(-Stray, Stray + 1), 0, points.Length - 1)]) })];
    }

    static Product Priced(Product listing, int price) =>
        listing with { Attributes = listing.Attributes.Length == 0 ? $"price={price}" : $"price={price}; {listing.Attributes}" };
}
