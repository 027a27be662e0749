namespace Attar.Data.Shop;

/// <summary>
/// Writes queries as shoppers do. Each starts from a product that exists, so that something answers it, keeps some of that
/// product's facts as the hidden intent, and says them in words that the listing may not use.
/// </summary>
sealed class QueryWriter(IReadOnlyList<ShopProduct> products, Random random)
{
    const double TypeSkew = 0.7; // with it a tenth of the types draws about a third of the queries
    const double Synonym = 0.4, Plural = 0.15, Misspelling = 0.15, CutShort = 0.03, Filler = 0.06, UsualForm = 0.5;

    static readonly string[] fillers = ["best", "cheap", "good", "new", "affordable", "quality"];

    readonly Dictionary<ProductType, ShopProduct[]> byType = products.GroupBy(product => product.Type).ToDictionary(group => group.Key, group => group.ToArray());
    readonly Zipf types = new(Grammar.Types.Length, TypeSkew, random);

    public (string Text, Intent Intent) Next()
    {
        var product = Wanted();
        var (text, intent) = random.Next(100) switch
        {
            < 12 => Typed(product, [], brand: false, line: false),
            < 36 => Typed(product, Some(product, 1), brand: false, line: false),
            < 52 => Typed(product, Some(product, 2), brand: false, line: false),
            < 61 => Typed(product, [], brand: true, line: false),
            < 69 => Typed(product, Some(product, 1), brand: true, line: false),
            < 79 => Typed(product, random.Happens(0.3) ? Some(product, 1) : [], brand: random.Happens(0.5), line: true),
            < 82 => (product.Brand, new Intent([], product.Brand, null, [])),
            < 88 => AttributesOnly(product),
            < 92 => Wide(product, []),
            _ => Wide(product, Some(product, 1)),
        };
        text = text.ToLowerInvariant();
        if (random.Happens(Misspelling)) text = Spelling.Misspelt(text, random);
        if (random.Happens(CutShort)) text = Spelling.CutShort(text, random);
        if (random.Happens(Filler)) text = $"{random.Pick(fillers)} {text}";
        return (text, intent);
    }

    ShopProduct Wanted()
    {
        while (true)
            if (byType.TryGetValue(Grammar.Types[types.Next(random)], out var candidates)) return random.Pick(candidates);
    }

    /// <summary>A type by one of its names, with what else is wanted before or after it.</summary>
    (string, Intent) Typed(ShopProduct product, AttributeValue[] asked, bool brand, bool line)
    {
        var type = product.Type;
        bool hasLine = line && product.Line.Length > 0;
        bool fitted = product.FitsBrand.Length > 0;
        string? maker = hasLine || brand ? (fitted && hasLine ? product.FitsBrand : product.Brand) : null; // a line says the maker even where it is not typed
        string shownMaker = brand ? maker! : "";
        string name = random.Happens(Synonym) ? random.Pick(type.Synonyms) : type.Name;
        if (random.Happens(Plural)) name = Spelling.Plural(name);
        string values = string.Join(' ', asked.Select(Said));
        string text;
        if (hasLine && fitted && random.Happens(0.4)) text = $"{values} {name} for {shownMaker} {product.Line}";
        else if (hasLine && !fitted && random.Happens(0.4)) text = $"{shownMaker} {product.Line} {values}"; // the line alone says what it is
        else text = random.Next(10) switch
        {
            < 6 => $"{shownMaker} {(hasLine ? product.Line : "")} {values} {name}",
            < 9 => $"{name} {shownMaker} {(hasLine ? product.Line : "")} {values}",
            _ => $"{shownMaker} {(hasLine ? product.Line : "")} {name} {(values.Length > 0 ? "in" : "")} {values}",
        };
        return (Spaced(text), new Intent([type], maker, hasLine ? product.Line : null, asked));
    }

    (string, Intent) AttributesOnly(ShopProduct product)
    {
        var asked = Some(product, random.Happens(0.8) ? 2 : 1);
        return (string.Join(' ', asked.Select(Said)), new Intent([], null, null, asked));
    }

    /// <summary>The wider word: any type of the group would do.</summary>
    (string, Intent) Wide(ShopProduct product, AttributeValue[] asked)
    {
        string group = random.Happens(0.5) ? Spelling.Plural(product.Type.Group) : product.Type.Group;
        return (Spaced($"{string.Join(' ', asked.Select(Said))} {group}"), new Intent([.. Grammar.Types.Where(type => type.Group == product.Type.Group)], null, null, asked));
    }

    AttributeValue[] Some(ShopProduct product, int count)
    {
        var values = (AttributeValue[])product.Values.Clone();
        random.Shuffle(values);
        return values[..Math.Min(count, values.Length)];
    }

    string Said(AttributeValue value) => random.PickForm(value.Typed, UsualForm);

    static string Spaced(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
