using System.Text;
using Attar.Data;

namespace Attar.Endpoints;

/// <summary>A product as a language model reads it.</summary>
static class ProductDocument
{
    /// <summary>Title, brand unless the title says it, category, attributes, description; a line each.</summary>
    /// <param name="maxCharacters">What follows is cut.</param>
    public static string Of(Product product, int maxCharacters)
    {
        var text = new StringBuilder(product.Title);
        if (!product.Title.Contains(product.Brand, StringComparison.OrdinalIgnoreCase)) Line("Brand", product.Brand);
        Line("Category", product.Category);
        Line("Attributes", product.Attributes);
        Line("Description", product.Description);
        if (text.Length <= maxCharacters) return text.ToString();
        int length = char.IsHighSurrogate(text[maxCharacters - 1]) ? maxCharacters - 1 : maxCharacters;
        return text.ToString(0, length);

        void Line(string name, string value)
        {
            if (value.Length > 0) text.Append('\n').Append(name).Append(": ").Append(value);
        }
    }
}
