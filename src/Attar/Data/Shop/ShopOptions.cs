namespace Attar.Data.Shop;

/// <summary>How large a generated shop is and how well its raters see.</summary>
/// <param name="Products">Enough that most queries have right, nearly right and wrong products to tell apart.</param>
/// <param name="Queries">The whole query log; every query of dev and test is judged, of train only some.</param>
/// <param name="JudgedTrainQueries">Few, because people's judgments are what is scarce.</param>
/// <param name="JudgedPerQuery">Products judged for a query, as in a first page of results.</param>
/// <param name="RaterNoise">The share of a rater's votes that miss the true grade, mostly by one.</param>
/// <param name="Seed">The same seed gives the same shop, whatever seed the models are trained with.</param>
/// <param name="Prices">Whether listings carry an attribute <c>price</c>; off, for no shopper of this shop asks for one.</param>
/// <param name="DescriptionWords">Words that a description has at least, most of them about other things; 0 leaves descriptions short.</param>
public sealed record ShopOptions(int Products = 20_000, int Queries = 3_000, int JudgedTrainQueries = 300, int JudgedPerQuery = 16, double RaterNoise = 0.25, int Seed = 1, bool Prices = false, int DescriptionWords = 0)
{
    /// <summary>A shop for tests and a first look: made in milliseconds.</summary>
    public static ShopOptions Small { get; } = new(Products: 200, Queries: 60, JudgedTrainQueries: 10, JudgedPerQuery: 8);

    /// <exception cref="InputException">naming every option out of range.</exception>
    public void Check()
    {
        var faults = new FaultList();
        if (Products < 100) faults.Add("shop.products", $"{Products}; expected 100 or more, so that most product types occur; raise it");
        if (Queries < 10) faults.Add("shop.queries", $"{Queries}; expected 10 or more; raise it");
        if (JudgedTrainQueries < 0) faults.Add("shop.judgedTrainQueries", $"{JudgedTrainQueries}; expected 0 or more; raise it");
        if (JudgedPerQuery < 2 || JudgedPerQuery > Products) faults.Add("shop.judgedPerQuery", $"{JudgedPerQuery}; expected 2 to {Products}; change it");
        if (RaterNoise is not (>= 0 and <= 1)) faults.Add("shop.raterNoise", $"{RaterNoise}; expected a share from 0 to 1; change it");
        if (DescriptionWords is < 0 or > 10_000) faults.Add("shop.descriptionWords", $"{DescriptionWords}; expected 0 to 10000; change it");
        faults.ThrowIfAny();
    }
}
