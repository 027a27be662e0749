using Attar.Server.Documents;
using Attar.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record CatalogueAnswer(int Products, IReadOnlyList<string> Systems, IReadOnlyList<string> Examples);

/// <summary><c>GET /catalogue</c>: what the page shows before the first search.</summary>
static class Catalogue
{
    public static void MapCatalogue(this IEndpointRouteBuilder routes) => routes.MapGet("/catalogue", Describe);

    static JsonHttpResult<CatalogueAnswer> Describe(OpenStorefront storefront, ModelShelf shelf) => TypedResults.Json(
        new CatalogueAnswer(storefront.Now.Products.Count, [Search.FirstStage, .. shelf.Systems], storefront.Now.Examples),
        ServerJson.Default.CatalogueAnswer);
}
