using Attar.Data;
using Attar.Models.Tokenizers;

namespace Attar.Server.Documents;

/// <summary>A document as the models read it.</summary>
/// <param name="Fields">A plain text is read as a product's title.</param>
sealed record Reading(IReadOnlyList<TextField> Fields)
{
    /// <summary>Which product of the catalogue it is; null where that is not known.</summary>
    public string? Product { get; init; }

    public static Reading Of(string text) => new([new TextField("", text)]);

    public static Reading Of(Product product) => new(ProductText.Fields(product)) { Product = product.Id.Length > 0 ? product.Id : null };
}
