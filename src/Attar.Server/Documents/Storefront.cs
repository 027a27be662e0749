using Attar.Data;
using Attar.Retrieval;

namespace Attar.Server.Documents;

/// <summary>The catalogue as the server knows it.</summary>
/// <param name="FirstStage">Finds the candidates; its order is the page's first column, <c>bm25</c>.</param>
/// <param name="Products">By id: a client may send a product's id in place of its text.</param>
/// <param name="Examples">Queries worth a click.</param>
public sealed record Storefront(ISearch FirstStage, IReadOnlyDictionary<string, Product> Products, IReadOnlyList<string> Examples);

/// <summary>The storefront of the moment, replaced whole when the catalogue changes.</summary>
sealed class OpenStorefront(Storefront first)
{
    public Storefront Now { get; set; } = first; // a reference: read and written in one go
}
