namespace Attar.Data.Shop;

/// <summary>The attributes that several product types share, and how their values are said.</summary>
static class Slots
{
    public static readonly Slot
        Color = Words("color", "black", "white", "gray|grey|charcoal", "navy|navy blue", "red|crimson", "green", "beige|cream|ivory", "brown", "teal|turquoise", "yellow|mustard"),
        Finish = Words("finish", "brass|gold", "bronze", "nickel|brushed nickel|satin nickel", "chrome", "matte black"),
        Wood = Words("wood", "oak", "walnut", "pine", "cherry", "espresso", "whitewashed|distressed white"),
        Shape = Words("shape", "round|circular", "square", "oval", "rectangular"),
        Upholstery = Words("upholstery", "leather", "velvet", "linen", "microfiber|faux suede"),
        BedSize = Words("size", "twin|single", "full|double", "queen", "king", "california king|cal king"),
        Metal = Words("material", "stainless steel|inox", "cast iron", "copper", "aluminum|aluminium", "ceramic"),
        Power = Words("power", "cordless|battery powered", "corded|wired"),
        Wireless = Words("connection", "wireless|bluetooth", "wired"),
        Resolution = Words("resolution", "4k|uhd|ultra hd", "1080p|full hd", "8k", "720p|hd ready"),
        Gender = Words("fit", "men's|mens", "women's|womens|ladies", "kids|children's"),
        Clothing = Words("size", "small|s", "medium|m", "large|l", "extra large|xl"),
        Storage = Measure("storage", [64, 128, 256, 512], "GB", ["{0}GB", "{0} GB"], ["{0}gb", "{0} gb", "{0} gig"]),
        Volts = Measure("voltage", [12, 18, 20, 40], "V", ["{0}V", "{0}-Volt", "{0} Volt Max"], ["{0}v", "{0} volt", "{0} v"]),
        Pieces = Measure("pieces", [5, 8, 12, 20, 50], "pc", ["{0}-Piece", "{0} pc", "Set of {0}"], ["{0} piece", "{0} pc", "set of {0}"]),
        Pack = Measure("pack", [1, 2, 4, 6, 12], "pack", ["{0}-Pack", "Pack of {0}", "{0} pk"], ["{0} pack", "pack of {0}", "{0}pk"]);

    /// <summary>Values as words; after the first come other ways to say the same, separated by a bar.</summary>
    public static Slot Words(string name, params string[] values) => new(name, [.. values.Select(value =>
    {
        string[] forms = value.Split('|');
        return new AttributeValue(forms[0], forms, forms);
    })]);

    public static Slot Measure(string name, double[] amounts, string unit, string[] written, string[] typed) => new(name, [.. amounts.Select(amount => new AttributeValue(
        $"{amount} {unit}",
        [.. written.Select(form => string.Format(null, form, amount))],
        [.. typed.Select(form => string.Format(null, form, amount))]))]);

    public static Slot Inches(string name, params double[] amounts) =>
        Measure(name, amounts, "in", ["{0} in.", "{0}-Inch", "{0}\""], ["{0} inch", "{0}\"", "{0} in", "{0}in", "{0}''"]);

    public static Slot Feet(string name, params double[] amounts) =>
        Measure(name, amounts, "ft", ["{0} ft.", "{0}-Foot", "{0}'"], ["{0} ft", "{0} foot", "{0} feet", "{0}'"]);

    public static Slot Watts(params double[] amounts) =>
        Measure("wattage", amounts, "W", ["{0}W", "{0}-Watt"], ["{0} watt", "{0}w", "{0} watts"]);

    public static Slot Count(string name, string word, params double[] amounts) =>
        Measure(name, amounts, word, [$"{{0}}-{word}", $"{{0}} {word}"], [$"{{0}} {word}", $"{{0}}-{word}"]);

    public static Slot Ounces(params double[] amounts) =>
        Measure("capacity", amounts, "oz", ["{0} oz.", "{0}-Ounce"], ["{0} oz", "{0} ounce", "{0}oz"]);

    public static Slot Liters(params double[] amounts) =>
        Measure("capacity", amounts, "L", ["{0}L", "{0}-Liter"], ["{0} liter", "{0} litre", "{0}l"]);

    public static Slot Quarts(params double[] amounts) =>
        Measure("capacity", amounts, "qt", ["{0} qt.", "{0}-Quart"], ["{0} quart", "{0} qt", "{0}qt"]);
}
