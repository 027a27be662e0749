namespace Attar.Data.Shop;

/// <summary>Descriptions as sellers paste them: long, about care, delivery and use, and full of words for other products and other variants. They say nothing about relevance.</summary>
static class LongDescriptions
{
    static readonly string[] anywhere =
    [
        "Wipe it with a damp cloth and keep it dry.", "It arrives in recycled packaging within three days.", "Keep the receipt, the warranty covers two years.", "Please read the manual before the first use.",
        "Our customer service answers on working days.", "Shown with accessories that are sold separately.", "Colors may differ from the picture, depending on your screen.", "Returns are free within thirty days.",
    ];

    /// <summary>The same products, each description continued to at least so many words.</summary>
    public static List<ShopProduct> Add(List<ShopProduct> products, int words, Random random) =>
        [.. products.Select(product => product with { Listing = product.Listing with { Description = Continue(product, words, random) } })];

    static string Continue(ShopProduct facts, int words, Random random)
    {
        var department = Grammar.DepartmentOf(facts.Type);
        string text = facts.Listing.Description;
        for (int count = Words(text); count < words;)
        {
            string next = random.Next(6) switch
            {
                0 => random.Pick(anywhere),
                1 => $"Goes well with our {Other()} and {Other()}.",
                2 => $"Also available in {Variant()}, {Variant()} or {Variant()}.",
                3 => $"Customers who bought this also looked at a {Other()} by {random.Pick(department.Brands)}.",
                4 => $"It is no {Other()}, though many use it beside one.",
                _ => $"Choose {Variant()} for every day, and the {Other()} in {Variant()} for guests.",
            };
            text = text.Length == 0 ? next : $"{text} {next}";
            count += Words(next);
        }
        return text;

        string Other() => random.Pick(department.Types).Name;
        string Variant() => random.Pick(random.Pick(random.Pick(department.Types).Slots).Values).Written[0];
    }

    static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
