namespace Attar.Data.Shop;

/// <summary>Draws the products: popular types more often, a share of them near-duplicates of an earlier one.</summary>
sealed class Catalogue
{
    const double NearDuplicates = 0.25;
    const double TypeSkew = 0.5; // flatter than demand: shops list even what few people want
    const int LinesEach = 4;

    static readonly string[] lineNames =
        ["Nova", "Pulse", "Apex", "Orbit", "Vista", "Titan", "Echo", "Falcon", "Breeze", "Comet", "Delta", "Ember", "Flux", "Glide", "Halo", "Ion", "Jade", "Krait", "Lynx", "Metro",
         "Nimbus", "Onyx", "Prism", "Quest", "Raven", "Spark", "Tempo", "Ultra", "Vertex", "Zephyr"];
    static readonly string[] lineMarks = ["2", "3", "5", "7", "9", "10", "X", "S", "Pro", "Max", "Mini", "Plus", "XL", "SE", "Air", "One"];

    readonly Random random;
    readonly Dictionary<(ProductType, string), string[]> lines = [];

    Catalogue(Random random)
    {
        this.random = random;
        var taken = new HashSet<string>();
        foreach (var department in Grammar.Departments)
            foreach (var type in department.Types.Where(type => type.HasLines))
                foreach (string brand in department.Brands)
                    lines[(type, brand)] = [.. Enumerable.Range(0, LinesEach).Select(_ => NewLine(taken))];
    }

    public static List<ShopProduct> Generate(int count, Random random)
    {
        var catalogue = new Catalogue(random);
        var types = new Zipf(Grammar.Types.Length, TypeSkew, random);
        var products = new List<ShopProduct>(count);
        while (products.Count < count)
        {
            string id = $"p{products.Count + 1}";
            bool near = products.Count > 0 && random.Happens(NearDuplicates);
            var facts = near ? catalogue.Vary(random.Pick(products)) : catalogue.Fresh(Grammar.Types[types.Next(random)]);
            products.Add(facts with { Listing = ProductWriter.Write(id, facts, random) });
        }
        return products;
    }

    ShopProduct Fresh(ProductType type)
    {
        string brand = random.Pick(Grammar.DepartmentOf(type).Brands);
        string fits = type.For is { } thing && Grammar.Named(thing).HasLines ? random.Pick(Grammar.DepartmentOf(Grammar.Named(thing)).Brands) : "";
        string line = fits.Length > 0 ? random.Pick(lines[(Grammar.Named(type.For!), fits)]) : type.HasLines ? random.Pick(lines[(type, brand)]) : "";
        return new ShopProduct(new Product("", ""), type, brand, line, fits, [.. type.Slots.Select(slot => random.Pick(slot.Values))]);
    }

    /// <summary>The same but for one attribute: what makes ranking by words alone hard.</summary>
    ShopProduct Vary(ShopProduct original)
    {
        var values = (AttributeValue[])original.Values.Clone();
        int slot = random.Next(values.Length);
        values[slot] = random.Pick(original.Type.Slots[slot].Values);
        return original with { Values = values };
    }

    string NewLine(HashSet<string> taken)
    {
        string line;
        do line = $"{random.Pick(lineNames)} {random.Pick(lineMarks)}";
        while (!taken.Add(line));
        return line;
    }
}
