using Attar.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record ListedModels(string Object, IReadOnlyList<ListedModel> Data);

/// <param name="Created">When it was loaded, in seconds of 1970: some clients refuse a model without.</param>
sealed record ListedModel(string Id, string Object, long Created, string OwnedBy);

/// <summary><c>GET /v1/models</c> as vLLM and infinity answer it: the names a request may give.</summary>
static class ModelList
{
    public static void MapModelList(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/models", JsonHttpResult<ListedModels> (ModelShelf shelf) =>
        TypedResults.Json(new ListedModels("list", [.. shelf.Listed.Select(model => new ListedModel(model.Name, "model", model.Loaded.ToUnixTimeSeconds(), "attar")), .. shelf.Systems.Except(shelf.Names).Select(name => new ListedModel(name, "model", shelf.Listed.Single(model => model.Name == shelf.Preset).Loaded.ToUnixTimeSeconds(), "attar"))]), ServerJson.Default.ListedModels));
}
