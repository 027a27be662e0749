using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Attar.Endpoints;
using Attar.Labeling.Endpoints;

namespace Attar.Cli.Commands;

/// <summary>A teacher behind an HTTP endpoint; only <c>--teacher</c> is needed where the address tells the protocol.</summary>
/// <param name="instead">Who answers where no endpoint is named.</param>
/// <param name="measured">Whether it is measured against people before it is used.</param>
sealed class TeacherFlags(string instead, bool measured = true)
{
    static readonly TeacherEndpoint preset = new("");
    static readonly ChatOptions chat = new();
    static readonly TrustOptions trust = new();

    readonly Option<string> url = Flag.Text("--teacher", null, "Address of a teacher that runs elsewhere, such as http://localhost:8000/v1/chat/completions; default: " + instead, "URL");
    readonly Option<Protocol?> protocol = new("--protocol")
    {
        Description = "What the server speaks; default: what the address ends with",
        HelpName = string.Join('|', Enum.GetNames<Protocol>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)),
        CustomParser = result => Flag.ParseChoice<Protocol>(result),
    };
    readonly EndpointFlags endpoint = new("--model", "Pairs", new PaceOptions().Batch, preset.MaxCharacters);
    readonly Option<string> labels = Flag.Text("--labels", null, "The server's classes from the lowest grade to the highest, separated by commas; default: names that end in the grade", "names");
    readonly Option<string> template = Flag.Text("--template", preset.Template, "How a model that classifies one text reads a pair");
    readonly Option<string> guideline = Flag.Text("--guideline", null, "A text file that tells a chat model what each grade means", "file");
    readonly Option<int> shots = Flag.Whole("--shots", chat.Shots, "Judged train pairs that a chat model sees before a question");
    readonly Option<int> votes = Flag.Whole("--votes", chat.Votes, "Questions to a chat model for each pair, each with other examples", from: 1);
    readonly Option<ChatAnswer?> answer = Flag.Choice("--answer", chat.Answer, "How a chat model tells the grade");
    readonly Option<int> pairs = Flag.Whole("--measure", trust.Pairs, "Judged dev pairs to measure the teacher on", from: 1);
    readonly Option<double> minKappa = Flag.Number("--min-kappa", trust.MinKappa, "Smallest weighted kappa with people at which labels are used");
    readonly Option<bool> acceptAny = Flag.Switch("--accept-any", "Use the labels however little the teacher agrees with people");
    public IReadOnlyList<Option> All =>
    [
        url, protocol, .. endpoint.All, labels, template, guideline, shots, votes, answer, .. measured ? (Option[])[pairs, minKappa, acceptAny] : [],
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
            endpoint.Model(parsed),
            endpoint.KeyVariable(parsed),
            parsed.GetValue(labels)?.Split(',', StringSplitOptions.TrimEntries),
            parsed.GetValue(template)!,
            endpoint.MaxCharacters(parsed),
            endpoint.Extra(parsed),
            new ChatOptions(parsed.GetValue(guideline), parsed.GetValue(shots), parsed.GetValue(votes), parsed.GetValue(answer) ?? chat.Answer),
            endpoint.Pace(parsed),
            measured ? new TrustOptions(parsed.GetValue(pairs), parsed.GetValue(minKappa), parsed.GetValue(acceptAny)) : null,
            endpoint.Price(parsed));
    }
}
