using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Augmentation.Writing;

/// <summary>A chat model behind an OpenAI-compatible interface that writes queries for products.</summary>
/// <param name="Url">The server's root or the whole address of its chat interface.</param>
/// <param name="Model">As the server names it.</param>
/// <param name="KeyVariable">Name of the environment variable that holds the API key.</param>
/// <param name="PerProduct">Queries to write for a product; a model asked for many begins to repeat itself.</param>
/// <param name="Examples">Train and log queries that show it how shoppers of this shop type.</param>
/// <param name="Temperature">Above 0, so that products alike do not get the same queries.</param>
/// <param name="MaxCharacters">Of a product's text.</param>
/// <param name="Extra">Fields that every request has besides; null removes one that it would have.</param>
/// <param name="Pace">Its batch is of products.</param>
public sealed record QueryEndpoint(
    string Url, string? Model = null, string? KeyVariable = null, int PerProduct = 4, int Examples = 12, double Temperature = 0.7, int MaxCharacters = 600,
    JsonObject? Extra = null, PaceOptions? Pace = null, PriceOptions? Price = null)
{
    /// <summary>Products of a request unless told otherwise: a refusal or an unreadable answer costs little.</summary>
    public const int Batch = 8;

    internal EndpointAccess Access => new("generate", "generate.writer", Url, Model, KeyVariable, Extra, Pace ?? new(Batch: Batch), Price ?? new());

    /// <summary>What is wrong with the options, all at once.</summary>
    /// <exception cref="InputException"/>
    public void Check()
    {
        var faults = new FaultList();
        Access.Check(faults, Protocol.Chat, "leave the writer out");
        if (PerProduct < 1 || Examples < 0 || MaxCharacters < 1 || !(Temperature >= 0)) faults.Add("generate.writer", "expected perProduct and maxCharacters from 1, examples and temperature from 0");
        faults.ThrowIfAny();
    }
}
