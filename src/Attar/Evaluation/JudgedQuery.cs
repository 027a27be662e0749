using Attar.Data;

namespace Attar.Evaluation;

/// <summary>A query of the evaluated split with its judged products; the arrays are parallel.</summary>
/// <param name="Ratings">(products) in grade units: raters' verdict or the truth, as asked for.</param>
/// <param name="Gains">(products) what the ratings are worth, in [0,1].</param>
public sealed record JudgedQuery(Query Query, Product[] Products, double[] Ratings, double[] Gains)
{
    public string[] ProductIds { get; } = [.. Products.Select(product => product.Id)];

    /// <summary>The judged queries of a split, in the catalogue's order.</summary>
    /// <param name="split">Null: of all.</param>
    /// <param name="truth">Rate by <see cref="Judgment.Truth"/>, which only generated shops know.</param>
    /// <exception cref="InputException">when the split has no judged query, or truth is asked of judgments without it.</exception>
    public static List<JudgedQuery> Of(Dataset dataset, Split? split, bool truth)
    {
        var products = dataset.Products.ToDictionary(product => product.Id);
        var judgments = dataset.Judgments.ToLookup(judgment => judgment.QueryId);
        List<JudgedQuery> judged = [];
        foreach (Query query in dataset.Queries)
        {
            if (split is { } asked && dataset.Splits.GetValueOrDefault(query.Id, Split.Train) != asked) continue;
            Judgment[] ofQuery = [.. judgments[query.Id]];
            if (ofQuery.Length == 0) continue;
            double[] ratings = [.. ofQuery.Select(judgment => truth ? TruthOf(judgment) : judgment.Rating)];
            judged.Add(new JudgedQuery(query, [.. ofQuery.Select(judgment => products[judgment.ProductId])], ratings, [.. ratings.Select(dataset.Scale.Gain)]));
        }
        if (judged.Count == 0)
            throw new InputException("split", split is { } of ? $"no judged query is in the {of.ToString().ToLowerInvariant()} split; evaluate another split or import more judgments" : "no query is judged; import judgments");
        return judged;
    }

    static double TruthOf(Judgment judgment) => judgment.Truth
        ?? throw new InputException("against", $"the judgment of query {judgment.QueryId} and product {judgment.ProductId} has no true grade; only a generated shop knows it: evaluate against judgments");
}
