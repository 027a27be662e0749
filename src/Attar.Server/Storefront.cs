using Attar.Retrieval;

namespace Attar.Server;

/// <summary>What the search page shows.</summary>
/// <param name="FirstStage">Finds the candidates; its order is the page's first column, <c>bm25</c>.</param>
/// <param name="Rerankers">The further columns, from left to right.</param>
/// <param name="Products">Size of the catalogue.</param>
/// <param name="Examples">Queries worth a click.</param>
public sealed record Storefront(ISearch FirstStage, IReadOnlyList<IReranker> Rerankers, int Products, IReadOnlyList<string> Examples);
