using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Data;

/// <summary>What of a product is read as text: by the models as fields, by search as one string.</summary>
public static class ProductText
{
    /// <summary>The fields by descending priority: title, brand unless the title says it, category, attributes, description.</summary>
    public static IReadOnlyList<TextField> Fields(Product product)
    {
        bool brandInTitle = product.Title.Contains(product.Brand, StringComparison.OrdinalIgnoreCase);
        return
        [
            new("", product.Title),
            new(SpecialTokens.Brand, brandInTitle ? "" : product.Brand),
            new(SpecialTokens.Category, product.Category),
            new(SpecialTokens.Attributes, string.Join(", ", Attributes(product).Select(a => a.Name.Length == 0 ? a.Value : $"{a.Name} {a.Value}"))),
            new(SpecialTokens.Description, product.Description),
        ];
    }

    /// <summary>What it is in one line, as encoders of sentences read it: title, brand unless the title says it, category.</summary>
    public static string Headline(Product product) => string.Join(' ', Fields(product).Take(3).Select(field => field.Text).Where(text => text.Length > 0));

    /// <summary>What search matches: title, brand, category, attribute values, description.</summary>
    public static string Searchable(Product product) => $"{Head(product)} {product.Description}";

    /// <summary>The same without the description, which says much that the product is not.</summary>
    /// <remarks>Attribute names are left out: every product has them, so they would only lengthen the text.</remarks>
    public static string Head(Product product) => $"{product.Title} {Others(product)}";

    /// <summary>What there is beside title and description: brand, category, attribute values.</summary>
    public static string Others(Product product) => string.Join(' ', [product.Brand, product.Category, .. Attributes(product).Select(a => a.Value)]);

    /// <summary>Reads <c>name=value; name=value</c>; text without <c>=</c> is a value without a name.</summary>
    public static IEnumerable<(string Name, string Value)> Attributes(Product product)
    {
        foreach (string part in product.Attributes.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            yield return equals < 0 ? ("", part) : (part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
        }
    }
}
