using System.Globalization;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Evaluation.Audit;

/// <summary>One way to divide pairs, such as by brand.</summary>
/// <param name="Of">The segment's name; empty where the pair has none.</param>
public sealed record Dimension(string Name, Func<Query, Product, string> Of);

/// <summary>
/// The ways in which an audit divides pairs. They follow from the catalogue and its judgments alone, so that the same pair is in the same
/// segment whoever asks.
/// </summary>
public static class Segmentation
{
    const int LongQuery = 5;
    static readonly double[] judgedOften = [0, 1, 3, 7]; // judgments of a product
    static readonly double[] rare = [0, .0001, .001, .01]; // share of the products that have a term

    /// <summary>Those that the data can tell apart: no prices, no dimension of prices.</summary>
    public static IReadOnlyList<Dimension> Of(Dataset data)
    {
        Bands? prices = Bands.OfQuantiles(data.Products.Select(PriceOf).OfType<double>());
        Bands? titles = Bands.OfQuantiles(data.Products.Select(product => (double)Words(product.Title)));
        Dictionary<string, int> judgments = data.Judgments.CountBy(judgment => judgment.ProductId).ToDictionary();
        var often = new Bands(judgedOften);
        return
        [
            .. Known("category", product => product.Category),
            .. Known("brand", product => product.Brand),
            .. Banded("price", prices, PriceOf),
            new("popularity", (_, product) => often.NameOf(judgments.GetValueOrDefault(product.Id))),
            .. Banded("title-length", titles, product => Words(product.Title)),
            new("query-length", (query, _) => Words(query.Text) is var words && words >= LongQuery ? $"{LongQuery} or more" : $"{words}"),
            new("rarity", RarityOf(data.Products)),
            new("script", (query, _) => Script.Of(query.Text)),
        ];

        IEnumerable<Dimension> Known(string name, Func<Product, string> of) => data.Products.Any(product => of(product).Length > 0) ? [new(name, (_, product) => of(product))] : [];
    }

    /// <summary>The dimensions of these names, in their order.</summary>
    /// <exception cref="InputException">The data has no such dimension.</exception>
    public static IReadOnlyList<Dimension> Named(Dataset data, IEnumerable<string> names, string option)
    {
        IReadOnlyList<Dimension> all = Of(data);
        return [.. names.Select(name => all.FirstOrDefault(dimension => dimension.Name == name)
            ?? throw new InputException(option, $"'{name}'; expected some of {string.Join(", ", all.Select(dimension => dimension.Name))}, which this data tells apart"))];
    }

    /// <summary>The number of an attribute named price, whatever currency stands around it; null without one.</summary>
    public static double? PriceOf(Product product)
    {
        foreach (var (name, value) in ProductText.Attributes(product))
            if (name.Equals("price", StringComparison.OrdinalIgnoreCase))
                return double.TryParse(value.Trim('$', '€', '£', ' '), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double price) ? price : null;
        return null;
    }

    static IEnumerable<Dimension> Banded(string name, Bands? bands, Func<Product, double?> of) =>
        bands is null ? [] : [new(name, (_, product) => of(product) is { } value ? bands.NameOf(value) : "")];

    /// <summary>By the query's rarest term: the share of the products that have it.</summary>
    static Func<Query, Product, string> RarityOf(IReadOnlyList<Product> products)
    {
        Dictionary<string, int> having = [];
        foreach (Product product in products)
            foreach (string term in SearchTerms.Of(ProductText.Searchable(product)).Distinct()) having[term] = having.GetValueOrDefault(term) + 1;
        var bands = new Bands(rare, "of the products");
        return (query, _) => SearchTerms.Of(query.Text) is { Count: > 0 } terms ? bands.NameOf(terms.Min(term => (double)having.GetValueOrDefault(term) / products.Count)) : "";
    }

    static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
