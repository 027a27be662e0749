namespace Attar.Data.Shop;

/// <summary>What a shopper has in mind, of which the query's text is an imperfect expression.</summary>
/// <param name="Types">The product types that would do: one, or all of a wider word; none when only a brand or attributes were asked for.</param>
/// <param name="Brand">The maker asked for, or of the thing that an accessory has to fit.</param>
/// <param name="Line">The maker's line asked for, or to be fitted.</param>
/// <param name="Asked">The attribute values asked for.</param>
public sealed record Intent(ProductType[] Types, string? Brand, string? Line, AttributeValue[] Asked);

/// <summary>The grade that a rater who knew everything would give; a pure function, so it is known for every pair of a shop.</summary>
public static class TrueGrade
{
    /// <summary>How many grades: 0 irrelevant, 1 related, 2 right but for one thing, 3 right.</summary>
    public const int Grades = 4;

    public static int Of(Intent intent, ShopProduct product)
    {
        int missed = Missed(intent, product);
        if (intent.Types.Contains(product.Type)) return missed switch { 0 => 3, 1 => 2, _ => 1 };
        if (intent.Types.Length > 0) return intent.Types.Any(type => Grammar.Related(type, product.Type)) ? 1 : 0;

        // No type was asked for: what counts is how much of the rest fits.
        int asked = intent.Asked.Length + (intent.Brand is null ? 0 : 1) + (intent.Line is null ? 0 : 1);
        return missed == 0 ? 3 : missed == asked ? 0 : missed == 1 ? 2 : 1;
    }

    /// <summary>How many of the things asked for the product does not have.</summary>
    static int Missed(Intent intent, ShopProduct product)
    {
        int missed = 0;
        if (intent.Brand is { } brand && product.Brand != brand && product.FitsBrand != brand) missed++;
        if (intent.Line is { } line && product.Line != line) missed++;
        foreach (var value in intent.Asked)
            if (!product.Values.Any(own => own.Key == value.Key)) missed++;
        return missed;
    }
}
