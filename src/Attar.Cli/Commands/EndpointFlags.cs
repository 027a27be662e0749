using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Cli.Commands;

/// <summary>How a server elsewhere is reached, how fast it is asked and what it may cost.</summary>
/// <param name="model">The option's name.</param>
/// <param name="asked">What a request is about.</param>
sealed class EndpointFlags(string model, string asked, int batch, int maxCharacters)
{
    static readonly PaceOptions pace = new();
    static readonly PriceOptions price = new();

    readonly Option<string> model = Flag.Text(model, null, "The model, as the server names it", "name");
    readonly Option<string> keyVariable = Flag.Text("--key-variable", null, "Name of the environment variable that holds the API key", "NAME");
    readonly Option<int> maxCharacters = Flag.Whole("--max-characters", maxCharacters, "Characters of a product's text", from: 1);
    readonly Option<JsonObject?> extra = new("--extra")
    {
        Description = "Fields that every request has besides, as a JSON object; null removes one",
        HelpName = "JSON",
        CustomParser = result => Json(result.Tokens[0].Value) ?? Flag.Refuse<JsonObject?>(result, "a JSON object such as {\"seed\":1}"),
    };
    readonly Option<int> concurrency = Flag.Whole("--concurrency", pace.Concurrency, "Requests under way at once", from: 1);
    readonly Option<int> batch = Flag.Whole("--batch", batch, $"{asked} in one request", from: 1);
    readonly Option<int> attempts = Flag.Whole("--attempts", pace.Attempts, "How often one request is tried", from: 1);
    readonly Option<double> timeout = Flag.Number("--timeout", pace.TimeoutSeconds, "Seconds to wait for an answer");
    readonly Option<double> input = Flag.Number("--input-price", price.Input, "Price of a million tokens sent");
    readonly Option<double> output = Flag.Number("--output-price", price.Output, "Price of a million tokens answered");
    readonly Option<double> requests = Flag.Number("--request-price", price.Requests, "Price of a thousand requests");
    readonly Option<long?> budget = new("--token-budget")
    {
        Description = "Most tokens to spend; 0 tells the estimate and asks nothing",
        HelpName = "number",
        CustomParser = result => long.TryParse(result.Tokens[0].Value, out long tokens) && tokens >= 0 ? tokens : Flag.Refuse<long?>(result, "a whole number from 0"),
    };

    public IReadOnlyList<Option> All => [model, keyVariable, maxCharacters, extra, concurrency, batch, attempts, timeout, input, output, requests, budget];

    public string? Model(ParseResult parsed) => parsed.GetValue(model);

    public string? KeyVariable(ParseResult parsed) => parsed.GetValue(keyVariable);

    public int MaxCharacters(ParseResult parsed) => parsed.GetValue(maxCharacters);

    public JsonObject? Extra(ParseResult parsed) => parsed.GetValue(extra);

    public PaceOptions Pace(ParseResult parsed) => new(parsed.GetValue(concurrency), parsed.GetValue(batch), parsed.GetValue(attempts), parsed.GetValue(timeout));

    public PriceOptions Price(ParseResult parsed) => new(parsed.GetValue(input), parsed.GetValue(output), parsed.GetValue(requests), parsed.GetValue(budget));

    static JsonObject? Json(string text)
    {
        try
        {
            return JsonTexts.Node(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
