using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Score">Of the whole product for the whole query.</param>
/// <param name="Query">Its words.</param>
/// <param name="Product">Words of each of its fields.</param>
/// <param name="More">Words of the product behind those, which were not tried.</param>
sealed record WhyAnswer(string System, double Score, IReadOnlyList<WordWeight> Query, IReadOnlyList<WhyField> Product, int More);

sealed record WhyField(string Name, IReadOnlyList<WordWeight> Words);

/// <param name="Weight">By how much the score falls without the word; below zero where it rises. Absent where it was not reached in time, or is the only one.</param>
sealed record WordWeight(string Word, double? Weight);

/// <summary>
/// <c>GET /why?q=&amp;id=&amp;system=student</c>: which words a score rests on, by occlusion (Zeiler and Fergus, 2014, of pictures; Li, Monroe and
/// Jurafsky, 2016, of words): each word is left out in turn and the pair scored again.
/// </summary>
static class Why
{
    const int LongestQuery = 500, MostQueryWords = 20, MostWords = 80;

    static readonly string[] names = ["title", "brand", "category", "attributes", "description"]; // in the order of ProductText.Fields

    public static void MapWhy(this IEndpointRouteBuilder routes) => routes.MapGet("/why", Answer);

    static async Task<JsonHttpResult<WhyAnswer>> Answer(HttpContext context, Scorer scorer, OpenStorefront storefront, ModelShelf shelf)
    {
        string query = context.Request.Query["q"].ToString().Trim(), id = context.Request.Query["id"].ToString(), system = context.Request.Query["system"].ToString();
        if (query.Length is 0 or > LongestQuery) throw new RequestRefused(Refusal.Invalid, $"q: expected a query of at most {LongestQuery} characters");
        if (!storefront.Now.Products.TryGetValue(id, out Product? product)) throw new RequestRefused(Refusal.Invalid, "id: expected a product of the catalogue");
        if (!shelf.Names.Contains(system)) throw new RequestRefused(Refusal.Invalid, $"system: expected one of {string.Join(", ", shelf.Names)}");
        scorer.Refuse(Exchange.Of(context));

        IReadOnlyList<TextField> fields = ProductText.Fields(product);
        string[] asked = Words(query);
        (int Field, int Word)[] places = [.. fields.Index().SelectMany(field => Words(field.Item.Text).Select((_, word) => (field.Index, word)))];
        (int Field, int Word)[] tried = [.. places.Take(MostWords)];
        int[] askedTried = asked.Length > 1 ? [.. Enumerable.Range(0, Math.Min(asked.Length, MostQueryWords))] : [];
        float?[] scores = await scorer.Probe(system,
        [
            (query, new Reading(fields)),
            .. askedTried.Select(word => (Without(query, word), new Reading(fields))),
            .. tried.Select(place => (query, new Reading([.. fields.Select((field, f) => f == place.Field ? field with { Text = Without(field.Text, place.Word) } : field)]))),
        ], Exchange.Of(context));
        if (scores[0] is not { } whole) throw new RequestRefused(Refusal.Overloaded, "there was no time for a score; try again");

        double? Weight(int place) => whole - scores[place];
        return TypedResults.Json(new WhyAnswer(
            system, whole,
            [.. asked.Select((word, w) => new WordWeight(word, w < askedTried.Length ? Weight(1 + w) : null))],
            [.. tried.Index().GroupBy(place => place.Item.Field).Select(field => new WhyField(names[field.Key], [.. Words(fields[field.Key].Text).Take(field.Count()).Zip(field, (word, place) => new WordWeight(word, Weight(1 + askedTried.Length + place.Index)))]))],
            places.Length - tried.Length), ServerJson.Default.WhyAnswer);
    }

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static string Without(string text, int word) => string.Join(' ', Words(text).Where((_, w) => w != word));
}
