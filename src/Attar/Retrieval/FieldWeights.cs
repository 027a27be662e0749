using Attar.Data;

namespace Attar.Retrieval;

/// <summary>
/// What a shop's own judgments say of its fields: in one the title tells everything, in another it is a number and the description tells.
/// The queries of dev alone decide, and only where they do so clearly; otherwise the weights are those that serve any shop.
/// </summary>
public static class FieldWeights
{
    const int LeastQueries = 50;

    /// <summary>How many standard errors better than the usual weights: several are tried, and what a baseline gains by chance it loses on test.</summary>
    const double Clearly = 3;

    static readonly Bm25 usual = new();

    static readonly Bm25[] choices = [.. from others in (double[])[.25, .5, 1, 2] from length in (double[])[2.5, 10, 40, 160] select usual with { OtherFields = others, DescriptionLength = length }];

    /// <summary>An index whose fields weigh as the judgments of dev would have them.</summary>
    public static Bm25Index Index(Dataset data)
    {
        var index = new Bm25Index(data.Products);
        Bm25 chosen = Of(data, index);
        return chosen == usual ? index : new Bm25Index(data.Products, chosen);
    }

    /// <summary>The formula that orders most of the judged pairs of dev rightly.</summary>
    /// <param name="index">Of the same products, with the usual weights.</param>
    internal static Bm25 Of(Dataset data, Bm25Index index)
    {
        Judged[][] queries = [.. JudgedOf(data, index)];
        if (queries.Length < LeastQueries) return usual;
        double[] before = RightlyOrdered(queries, usual, index);
        var (best, gain) = choices.Select(choice => (choice, Gain: Clear(before, RightlyOrdered(queries, choice, index)))).MaxBy(tried => tried.Gain);
        return gain > Clearly ? best : usual;
    }

    /// <summary>A product judged for a query: its rating, and what of the query it has.</summary>
    sealed record Judged(double Rating, (double Idf, FieldCounts Counts, FieldCounts Lengths)[] Matches);

    /// <summary>By query; those whose products are all rated alike order nothing.</summary>
    static IEnumerable<Judged[]> JudgedOf(Dataset data, Bm25Index index)
    {
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        Dictionary<string, Product>? products = null;
        foreach (var query in data.Judgments.Where(judgment => data.Splits.TryGetValue(judgment.QueryId, out Split split) && split == Split.Dev).GroupBy(judgment => judgment.QueryId))
        {
            if (query.Select(judgment => judgment.Rating).Distinct().Take(2).Count() < 2) continue;
            products ??= data.Products.ToDictionary(product => product.Id);
            yield return [.. query.Select(judgment => new Judged(judgment.Rating, [.. index.Matches(texts[query.Key], products[judgment.ProductId])]))];
        }
    }

    /// <summary>Of each query, the share of pairs with different ratings that the scores order alike; a tie counts half.</summary>
    static double[] RightlyOrdered(Judged[][] queries, Bm25 formula, Bm25Index index)
    {
        double average = index.AverageOf(formula);
        return [.. queries.Select(products =>
        {
            double[] scores = [.. products.Select(product => product.Matches.Sum(match => formula.Weight(match.Idf, formula.Frequency(match.Counts, match.Lengths, average))))];
            double right = 0, pairs = 0;
            for (int a = 0; a < products.Length; a++)
                for (int b = 0; b < products.Length; b++)
                    if (products[a].Rating > products[b].Rating)
                    {
                        pairs++;
                        right += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0;
                    }
            return right / pairs;
        })];
    }

    /// <summary>The mean of the paired differences in standard errors of it.</summary>
    static double Clear(double[] before, double[] after)
    {
        double[] gains = [.. after.Zip(before, (one, other) => one - other)];
        double mean = gains.Average(), variance = gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1);
        return variance > 0 ? mean / Math.Sqrt(variance / gains.Length) : mean > 0 ? double.PositiveInfinity : 0;
    }
}
