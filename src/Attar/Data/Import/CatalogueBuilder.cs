using Attar.Data.Reading;

namespace Attar.Data.Import;

/// <summary>Gathers products: cleaned, each identifier once, with what was left out or changed counted.</summary>
sealed class CatalogueBuilder(bool mergeAlike, TextCleaning cleaning)
{
    readonly OrderedDictionary<string, Product> products = [];
    readonly Dictionary<ulong, string> texts = []; // the first product of each text
    readonly Dictionary<string, string> merged = [];
    readonly Dictionary<string, string> locales = []; // of the first product of an identifier, where files name them
    long continued, repeated, retitled, empty, made, alike;

    public IReadOnlyList<Product> Products => products.Values;

    public int Count => products.Count;

    /// <summary>The place of a product as a judgment names it; -1 where there is none.</summary>
    public int Find(string id)
    {
        if (products.IndexOf(id) is >= 0 and int place) return place;
        if (merged.TryGetValue(id, out string? first)) return products.IndexOf(first);
        return id.EndsWith(".0", StringComparison.Ordinal) ? Find(id[..^2]) : -1; // numbers that went through floating point
    }

    /// <summary>The identifier of the product that a row names: that of another locale than the first has it behind it, as <c>B07@jp</c>.</summary>
    public string IdOf(Row row, FileMap map) => Of(Identifiers.Of(map.Text(row, Fields.Product)), LocaleOf(row, map));

    string Of(string id, string locale) => locale.Length > 0 && locales.TryGetValue(id, out string? first) && first != locale ? $"{id}@{locale}" : id;

    /// <summary>In lower case; empty where nobody says.</summary>
    public static string LocaleOf(Row row, FileMap map) => map.Text(row, Fields.Locale).Trim().ToLowerInvariant();

    /// <summary>Adds a row's product unless it is there.</summary>
    /// <returns>Its identifier; null of a row that says nothing of any.</returns>
    /// <param name="judged">Whether the row is a judgment's, where products come as often as they are judged.</param>
    public string? Add(Row row, FileMap map, bool judged = false)
    {
        string title = cleaning.Clean(map.Text(row, Fields.Title)), id = Identifiers.Of(map.Text(row, Fields.Product));
        if (id.Length == 0)
        {
            string text = title.Length > 0 ? title : cleaning.Clean(map.Text(row, Fields.Description));
            if (text.Length == 0)
            {
                if (!judged) empty++;
                return null;
            }
            id = Identifiers.FromTitle(text);
            if (!judged || !products.ContainsKey(id)) made++;
        }
        if (LocaleOf(row, map) is { Length: > 0 } locale && !locales.TryAdd(id, string.Intern(locale))) id = Of(id, locale);
        if (products.TryGetValue(id, out Product? known))
        {
            if (title != known.Title && title.Length > 0) retitled++;
            else if (!judged && title.Length == 0) continued++;
            else if (!judged) repeated++;
            return id;
        }
        Add(new Product(id, title, cleaning.Clean(map.Text(row, Fields.Brand)), cleaning.Clean(map.Text(row, Fields.Category)), cleaning.Clean(map.Text(row, Fields.Attributes)), cleaning.Clean(map.Text(row, Fields.Description)),
            map.KeptOf(row)));
        return id;
    }

    void Add(Product product)
    {
        if (!texts.TryAdd(HashOf(product), product.Id))
        {
            alike++;
            if (mergeAlike)
            {
                merged[product.Id] = texts[HashOf(product)];
                return;
            }
        }
        products.Add(product.Id, product);
    }

    public void Tell(Action<string> note)
    {
        Say(made, "rows have no identifier; each product's is made from its title");
        Say(empty, "rows have neither identifier nor title and are left out");
        Say(continued, "rows without a title go on with a product above, as variants do, and are left out");
        Say(repeated, "rows repeat a product and are left out");
        Say(retitled, "rows give another title to an identifier that is there; the first is kept");
        Say(alike, mergeAlike ? "products say the same as another and are merged with it" : "products say the same as another under another identifier; --merge-alike merges them");
        Say(cleaning.Cleaned, "texts had HTML tags or entities, which are cleaned");
        Say(products.Values.LongCount(product => product.Title.Length == 0 && product.Description.Length == 0), "products have no text");

        void Say(long count, string what)
        {
            if (count > 0) note($"{count:N0} {what}");
        }
    }

    /// <summary>FNV-1a of everything that is read as text.</summary>
    static ulong HashOf(Product product)
    {
        ulong hash = 14695981039346656037;
        foreach (string text in (ReadOnlySpan<string>)[product.Title, product.Brand, product.Category, product.Attributes, product.Description])
        {
            foreach (char c in text) hash = (hash ^ c) * 1099511628211;
            hash = (hash ^ 0xFFFF) * 1099511628211;
        }
        return hash;
    }
}
