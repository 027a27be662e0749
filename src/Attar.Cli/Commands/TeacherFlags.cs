using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Labeling.Endpoints;

namespace Attar.Cli.Commands;

/// <summary>A teacher behind an HTTP endpoint; only <c>--teacher</c> is needed where the address tells the protocol.</summary>
sealed class TeacherFlags
{
    static readonly TeacherEndpoint preset = new("");
    static readonly ChatOptions chat = new();
    static readonly PaceOptions pace = new();
    static readonly TrustOptions trust = new();
    static readonly PriceOptions price = new();

    readonly Option<string> url = Flag.Text("--teacher", null, "Address of a teacher that runs elsewhere, such as http://localhost:8000/v1/chat/completions; default: the workspace's teacher/", "URL");
    readonly Option<Protocol?> protocol = new("--protocol")
    {
        Description = "What the server speaks; default: what the address ends with",
        HelpName = string.Join('|', Enum.GetNames<Protocol>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)),
        CustomParser = result => Flag.ParseChoice<Protocol>(result),
    };
    readonly Option<string> model = Flag.Text("--model", null, "The model, as the server names it", "name");
    readonly Option<string> keyVariable = Flag.Text("--key-variable", null, "Name of the environment variable that holds the API key", "NAME");
    readonly Option<string> labels = Flag.Text("--labels", null, "The server's classes from the lowest grade to the highest, separated by commas; default: names that end in the grade", "names");
    readonly Option<string> template = Flag.Text("--template", preset.Template, "How a model that classifies one text reads a pair");
    readonly Option<int> maxCharacters = Flag.Whole("--max-characters", preset.MaxCharacters, "Characters of a product's text", from: 1);
    readonly Option<JsonObject?> extra = new("--extra")
    {
        Description = "Fields that every request has besides, as a JSON object; null removes one",
        HelpName = "JSON",
        CustomParser = result => Json(result.Tokens[0].Value) ?? Flag.Refuse<JsonObject?>(result, "a JSON object such as {\"seed\":1}"),
    };
    readonly Option<string> guideline = Flag.Text("--guideline", null, "A text file that tells a chat model what each grade means", "file");
    readonly Option<int> shots = Flag.Whole("--shots", chat.Shots, "Judged train pairs that a chat model sees before a question");
    readonly Option<int> votes = Flag.Whole("--votes", chat.Votes, "Questions to a chat model for each pair, each with other examples", from: 1);
    readonly Option<ChatAnswer?> answer = Flag.Choice("--answer", chat.Answer, "How a chat model tells the grade");
    readonly Option<int> concurrency = Flag.Whole("--concurrency", pace.Concurrency, "Requests under way at once", from: 1);
    readonly Option<int> batch = Flag.Whole("--batch", pace.Batch, "Pairs in one request", from: 1);
    readonly Option<int> attempts = Flag.Whole("--attempts", pace.Attempts, "How often one request is tried", from: 1);
    readonly Option<double> timeout = Flag.Number("--timeout", pace.TimeoutSeconds, "Seconds to wait for an answer");
    readonly Option<int> pairs = Flag.Whole("--measure", trust.Pairs, "Judged dev pairs to measure the teacher on", from: 1);
    readonly Option<double> minKappa = Flag.Number("--min-kappa", trust.MinKappa, "Smallest weighted kappa with people at which labels are used");
    readonly Option<bool> acceptAny = Flag.Switch("--accept-any", "Use the labels however little the teacher agrees with people");
    readonly Option<double> input = Flag.Number("--input-price", price.Input, "Price of a million tokens sent");
    readonly Option<double> output = Flag.Number("--output-price", price.Output, "Price of a million tokens answered");
    readonly Option<double> requests = Flag.Number("--request-price", price.Requests, "Price of a thousand requests");
    readonly Option<long?> budget = new("--token-budget")
    {
        Description = "Most tokens to spend; 0 tells the estimate and asks nothing",
        HelpName = "number",
        CustomParser = result => long.TryParse(result.Tokens[0].Value, out long tokens) && tokens >= 0 ? tokens : Flag.Refuse<long?>(result, "a whole number from 0"),
    };

    public IReadOnlyList<Option> All =>
    [
        url, protocol, model, keyVariable, labels, template, maxCharacters, extra, guideline, shots, votes, answer,
        concurrency, batch, attempts, timeout, pairs, minKappa, acceptAny, input, output, requests, budget,
    ];

    /// <summary>Refuses an option of an endpoint where no endpoint is named.</summary>
    public void Validate(CommandResult command)
    {
        if (command.GetResult(url) is not null) return;
        foreach (Option option in All.Where(option => command.GetResult(option) is { Implicit: false }))
            command.AddError($"{option.Name} is for a teacher that runs elsewhere; give its address with --teacher");
    }

    /// <returns>Null where no address is given.</returns>
    public TeacherEndpoint? Read(ParseResult parsed)
    {
        if (parsed.GetValue(url) is not { } address) return null;
        return new TeacherEndpoint(
            address,
            parsed.GetValue(protocol),
            parsed.GetValue(model),
            parsed.GetValue(keyVariable),
            parsed.GetValue(labels)?.Split(',', StringSplitOptions.TrimEntries),
            parsed.GetValue(template)!,
            parsed.GetValue(maxCharacters),
            parsed.GetValue(extra),
            new ChatOptions(parsed.GetValue(guideline), parsed.GetValue(shots), parsed.GetValue(votes), parsed.GetValue(answer) ?? chat.Answer),
            new PaceOptions(parsed.GetValue(concurrency), parsed.GetValue(batch), parsed.GetValue(attempts), parsed.GetValue(timeout)),
            new TrustOptions(parsed.GetValue(pairs), parsed.GetValue(minKappa), parsed.GetValue(acceptAny)),
            new PriceOptions(parsed.GetValue(input), parsed.GetValue(output), parsed.GetValue(requests), parsed.GetValue(budget)));
    }

    static JsonObject? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
