using System.Text.Json.Nodes;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>Which weights of elsewhere a model began as, kept in its config.json through every further training: their licence goes with what is made of them.</summary>
/// <param name="Reference">As the store knows them.</param>
/// <param name="Licence">An SPDX name where there is one; empty: not told.</param>
sealed record WeightOrigin(string Reference, string Licence)
{
    const string Extensions = "attar", Key = "origin";

    /// <summary>Writes it into a model that starts from weights of elsewhere; one that was made here says itself what it began as.</summary>
    public static void Remember(PairModel model, Workspace workspace, string from)
    {
        string path = workspace.Resolve(from);
        string? licence = workspace.LicenceOf(path);
        if (model.Description is not { } config || (licence is null && !ModelStore.LearntElsewhere(path))) return;
        if (config[Extensions] is not JsonObject own) config[Extensions] = own = [];
        if (licence is not null || own[Key] is null)
            own[Key] = new JsonObject { ["reference"] = licence is null ? WeightReference.NameOf(from) : workspace.NameOf(path), ["licence"] = licence ?? "" };
    }

    /// <summary>Null where the model says nothing of it.</summary>
    public static WeightOrigin? Of(PairModel model) =>
        (model.Description?[Extensions] as JsonObject)?[Key] is JsonObject origin ? new($"{origin["reference"]}", $"{origin["licence"]}") : null;
}
