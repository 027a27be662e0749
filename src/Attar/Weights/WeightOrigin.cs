using System.Text.Json.Nodes;
using Attar.Models;
using Attar.Recipes;

namespace Attar.Weights;

/// <summary>Which weights of elsewhere a model began as, kept in its config.json through every further training: their licence goes with what is made of them.</summary>
/// <param name="Reference">As the store knows them.</param>
/// <param name="Licence">An SPDX name where there is one; empty: not told.</param>
sealed record WeightOrigin(string Reference, string Licence)
{
    const string Extensions = "attar", Key = "weights";

    /// <summary>Writes it into a model that starts from weights of the store; of any other model nothing is known, or its own configuration says it.</summary>
    public static void Remember(PairModel model, Workspace workspace, string from)
    {
        string path = workspace.Resolve(from);
        if (workspace.LicenceOf(path) is not { } licence || model.Description is not { } config) return;
        if (config[Extensions] is not JsonObject own) config[Extensions] = own = [];
        own[Key] = new JsonObject { ["reference"] = workspace.NameOf(path), ["licence"] = licence };
    }

    /// <summary>Null where the model says nothing of it.</summary>
    public static WeightOrigin? Of(PairModel model) =>
        (model.Description?[Extensions] as JsonObject)?[Key] is JsonObject origin ? new($"{origin["reference"]}", $"{origin["licence"]}") : null;
}
