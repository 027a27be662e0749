using Attar.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record ListedModels(string Object, IReadOnlyList<ListedModel> Data);

sealed record ListedModel(string Id, string Object, string OwnedBy);

/// <summary><c>GET /v1/models</c> as vLLM and infinity answer it: the names a request may give.</summary>
static class ModelList
{
    public static void MapModelList(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/models", JsonHttpResult<ListedModels> (ModelShelf shelf) =>
        TypedResults.Json(new ListedModels("list", [.. shelf.Names.Select(name => new ListedModel(name, "model", "attar"))]), ServerJson.Default.ListedModels));
}
