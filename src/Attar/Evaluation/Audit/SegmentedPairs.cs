using Attar.Data;

namespace Attar.Evaluation.Audit;

/// <summary>The judged pairs of a split laid end to end, with their segment in every dimension. The arrays are parallel.</summary>
/// <param name="Queries">Whose products are the pairs, in their order.</param>
/// <param name="QueryOf">(pairs)</param>
/// <param name="Gains">(pairs) as people judged.</param>
/// <param name="Relevant">(pairs) by people's rating.</param>
sealed record SegmentedPairs(IReadOnlyList<JudgedQuery> Queries, int[] QueryOf, double[] Gains, bool[] Relevant, IReadOnlyList<Grouping> Groupings)
{
    public int Count => QueryOf.Length;

    public static SegmentedPairs Of(IReadOnlyList<JudgedQuery> queries, GradeScale scale, IReadOnlyList<Dimension> dimensions)
    {
        var pairs = queries.SelectMany(query => query.Products.Select(product => (query.Query, Product: product))).ToArray();
        return new SegmentedPairs(
            queries,
            [.. queries.SelectMany((query, q) => query.Products.Select(_ => q))],
            [.. queries.SelectMany(query => query.Gains)],
            [.. queries.SelectMany(query => query.Ratings.Select(rating => rating >= scale.PositiveFrom))],
            [.. dimensions.Select(dimension => Grouping.Of(dimension.Name, [.. pairs.Select(pair => dimension.Of(pair.Query, pair.Product))]))]);
    }
}

/// <summary>The segments of one dimension that have enough pairs to say something; the other pairs are together.</summary>
/// <param name="SegmentOf">(pairs) position in <paramref name="Segments"/>.</param>
sealed record Grouping(string Dimension, string[] Segments, int[] SegmentOf)
{
    public const string Others = "others";

    /// <summary>Pairs of a segment of its own: with fewer an interval spans everything.</summary>
    public const int Fewest = 50;
    const int Most = 60;

    public static Grouping Of(string dimension, string[] names)
    {
        string[] large = [.. names.CountBy(name => name).Where(segment => segment.Key.Length > 0 && segment.Value >= Fewest)
            .OrderByDescending(segment => segment.Value).ThenBy(segment => segment.Key, StringComparer.Ordinal).Take(Most).Select(segment => segment.Key).OrderBy(Bands.PlaceOf).ThenBy(name => name, StringComparer.Ordinal)];
        bool others = names.Except(large).Any();
        var place = large.Index().ToDictionary(segment => segment.Item, segment => segment.Index);
        return new Grouping(dimension, others ? [.. large, Others] : large, [.. names.Select(name => place.GetValueOrDefault(name, large.Length))]);
    }
}
