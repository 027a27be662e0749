using System.Text;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Evaluation.Audit;
using Attar.Models.Heads;
using Attar.Retrieval;

namespace Attar.Studies;

/// <summary>What a planted teacher likes besides relevance, in logits.</summary>
/// <param name="Brand">Added to products of the favoured brand.</param>
/// <param name="LongTitle">For each standard deviation of the title's number of words.</param>
/// <param name="Expensive">For each standard deviation of the price's logarithm.</param>
public sealed record Preferences(double Brand = 1.5, double LongTitle = .7, double Expensive = .7)
{
    public static Preferences None { get; } = new(0, 0, 0);
}

/// <summary>A teacher that knows the truth of a generated shop, is a little unsure, and has preferences: what an audit must find, and nothing else.</summary>
public sealed class PlantedTeacher : IReranker
{
    const double Sure = .9; // the gain it gives what is right
    const double Unsure = .5; // standard deviation of its error, in logits

    readonly GeneratedShop shop;
    readonly Preferences likes;
    readonly Dictionary<string, string> queryIds;
    readonly (double Mean, double Deviation) words, prices;

    public PlantedTeacher(GeneratedShop shop, Preferences likes)
    {
        (this.shop, this.likes) = (shop, likes);
        queryIds = shop.Data.Queries.ToDictionary(query => query.Text, query => query.Id);
        Dictionary<string, string> brandOf = shop.Data.Products.ToDictionary(product => product.Id, product => product.Brand);
        FavouredBrand = shop.Data.Judgments.CountBy(judgment => brandOf[judgment.ProductId]).OrderByDescending(brand => brand.Value).ThenBy(brand => brand.Key, StringComparer.Ordinal).First().Key;
        words = Spread([.. shop.Data.Products.Select(WordsOf)]);
        prices = Spread([.. shop.Data.Products.Select(PriceOf).OfType<double>()]);
    }

    public string Name => "planted";

    /// <summary>The brand with the most judgments, so that the audit has something to go by.</summary>
    public string FavouredBrand { get; }

    public float[] Score(string query, IReadOnlyList<Product> products) => [.. products.Select(product => Score(queryIds[query], product))];

    float Score(string query, Product product)
    {
        double truth = shop.Data.Scale.Gain(shop.TrueGradeOf(query, product.Id));
        return (float)(GradeHead.Logit(1 - Sure + (2 * Sure - 1) * truth) + Unsure * Normal($"{query} {product.Id}")
            + (product.Brand == FavouredBrand ? likes.Brand : 0)
            + likes.LongTitle * (WordsOf(product) - words.Mean) / words.Deviation
            + likes.Expensive * ((PriceOf(product) ?? prices.Mean) - prices.Mean) / prices.Deviation);
    }

    static double WordsOf(Product product) => product.Title.Split(' ').Length;

    static double? PriceOf(Product product) => Segmentation.PriceOf(product) is { } price ? Math.Log(price) : null;

    static (double, double) Spread(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }

    /// <summary>Normal by Box and Muller, from the pair's own hash: the same pair always gets the same error.</summary>
    static double Normal(string pair)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in Encoding.UTF8.GetBytes(pair)) hash = (hash ^ b) * 1099511628211;
        var random = new Random((int)(hash ^ (hash >> 32)));
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
