namespace Attar.Data.Shop;

/// <summary>Writes a listing from a product's facts, as untidily as sellers do: several title patterns, facts left out of the title, noise.</summary>
static class ProductWriter
{
    const double SynonymInTitle = 0.3, SynonymInDescription = 0.25, OnlyInTitle = 0.4, OnlyInAttributes = 0.15, BrandLeftOut = 0.12, Adjective = 0.25, Noise = 0.1, Shouted = 0.03;
    const double AllNames = 0.4, OtherVariants = 0.35, OtherThings = 0.35;

    static readonly string[] adjectives = ["premium", "heavy duty", "classic", "modern", "compact", "deluxe", "essential", "professional", "everyday", "luxury", "eco friendly", "lightweight"];
    static readonly string[] noise = ["- Free Shipping", "(New)", "- Best Seller", "| 2 Year Warranty", "- Open Box", "[Updated Version]", "- Gift Idea"];
    static readonly string[] praise = ["built to last", "easy to clean", "simple to set up", "made for daily use", "tested by our team", "a customer favorite", "great value for money"];

    public static Product Write(string id, ShopProduct facts, Random random)
    {
        var department = Grammar.DepartmentOf(facts.Type);
        // Every fact is somewhere: in the title in the seller's words, among the attributes by its key, or in both.
        var (title, attributes) = (new List<AttributeValue>(), new List<string>());
        foreach (var (slot, value) in facts.Type.Slots.Zip(facts.Values))
        {
            double place = random.NextDouble();
            if (place >= OnlyInAttributes) title.Add(value);
            if (place < 1 - OnlyInTitle) attributes.Add($"{slot.Name}={value.Key}");
        }
        return new Product(id, TitleOf(facts, title, random), facts.Brand, $"{department.Name} > {Spelling.Title(facts.Type.Group)}", string.Join("; ", attributes), Description(facts, department, random));
    }

    static string TitleOf(ShopProduct facts, List<AttributeValue> shown, Random random)
    {
        string type = random.Happens(SynonymInTitle) ? random.Pick(facts.Type.Synonyms) : facts.Type.Name;
        if (random.Happens(Adjective)) type = $"{random.Pick(adjectives)} {type}";
        string[] values = [.. shown.Select(value => random.PickForm(value.Written, usual: 0.6))];
        random.Shuffle(values);
        string brand = random.Happens(BrandLeftOut) ? "" : facts.Brand;
        string line = facts.Type.HasLines ? facts.Line : "";
        string fits = facts.Type.For is null ? "" : Fits(facts, random);
        string all = string.Join(' ', values);
        string title = random.Next(5) switch
        {
            0 => $"{brand} {line} {all} {type} {fits}",
            1 => $"{brand} {line} {type} {fits}, {string.Join(", ", values)}",
            2 => $"{all} {type} {fits} by {brand} {line}",
            3 => $"{type} {fits} - {brand} {line} ({string.Join(", ", values)})",
            _ => $"{brand} {line} {string.Join(' ', values.Take(1))} {type} {fits} {string.Join(" / ", values.Skip(1))}",
        };
        title = Tidy(title);
        if (random.Happens(Noise)) title += " " + (random.Happens(0.5) ? random.Pick(noise) : $"#{(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}-{random.Next(100, 9999)}");
        return random.Happens(Shouted) ? title.ToUpperInvariant() : Spelling.Title(title);
    }

    /// <summary>What an accessory is for; some sellers give all names of it, to be found.</summary>
    static string Fits(ShopProduct facts, Random random)
    {
        var thing = Grammar.Named(facts.Type.For!);
        string name = random.Happens(SynonymInTitle) ? random.Pick(thing.Synonyms) : thing.Name;
        if (facts.FitsBrand.Length > 0) return $"for {facts.FitsBrand} {facts.Line} {name}";
        return random.Happens(AllNames) ? $"for {string.Join(" and ", thing.Synonyms.Prepend(thing.Name).Select(Spelling.Plural))}" : $"for {Spelling.Plural(name)}";
    }

    /// <summary>Short, and it mentions other things and other variants: words that match what the product is not.</summary>
    static string Description(ShopProduct facts, Department department, Random random)
    {
        if (random.Happens(0.2)) return "";
        string name = random.Happens(SynonymInDescription) ? random.Pick(facts.Type.Synonyms) : facts.Type.Name;
        string text = $"{Spelling.Title(random.Pick(adjectives))} {name}, {random.Pick(praise)}.";
        if (random.Happens(OtherVariants)) text += $" Also available in {string.Join(" or ", random.GetItems(random.Pick(facts.Type.Slots).Values, 2).Select(value => value.Written[0]).Distinct())}.";
        if (random.Happens(OtherThings)) text += $" Goes well with our {Spelling.Plural(random.Pick(department.Types).Name)}.";
        return text;
    }

    /// <summary>Removes what missing parts of a pattern leave behind.</summary>
    static string Tidy(string title)
    {
        title = string.Join(' ', title.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Replace(" ,", ",").Replace("()", "");
        return title.EndsWith(" by") ? title[..^3] : title.TrimEnd(' ', ',', '-').Replace(" - (", " (");
    }
}
