using System.Text;
using System.Text.Json;

namespace Attar.Server.Settings;

/// <summary>Every setting, and where its value comes from: a flag, else the environment, else the file, else the default.</summary>
public static class ServerSettings
{
    const int Day = 86_400, Billion = 1_000_000_000;

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Whole("port", "Where to listen; 0 lets the system choose", o => o.Port, (o, v) => o with { Port = v }),
        Setting.Text("host", "address", "An IP address or localhost; set keys before opening it to a network", o => o.Host, (o, v) => o with { Host = v }),
        Setting.Text("allowed-hosts", "names", "Names that requests may be sent to besides localhost and addresses, separated by commas, such as shop.example or *.shop.example; * = any. Empty: none while listening on loopback, else any", o => o.AllowedHosts, (o, v) => o with { AllowedHosts = v }),
        Setting.Text("model", "name", "The model that answers requests which name none", o => o.Model, (o, v) => o with { Model = v }),
        Setting.Text("models", "names", "Models to serve besides, separated by commas: folders of the workspace, paths, or weights by name", o => o.Models, (o, v) => o with { Models = v }),
        Setting.Text("pair-template", "text", "How the model is asked, such as 'Query: {query}\\nProduct: {product}', or NAME=TEXT for another, or in the file a list of these; empty = as the folders say", o => o.PairTemplate, (o, v) => PairTemplates.Parse(v) is null ? null : o with { PairTemplate = v }, "a text with {query} and {product}, NAME=TEXT, or a list of these"),
        Setting.Whole("max-documents", "Documents of one request", o => o.MaxDocuments, (o, v) => o with { MaxDocuments = v }, from: 1),
        Setting.Whole("max-body", "Bytes of one request", o => o.MaxBody, (o, v) => o with { MaxBody = v }, from: 1),
        Setting.Whole("max-tokens", "Tokens of all pairs of one request; documents behind are not scored", o => o.MaxTokens, (o, v) => o with { MaxTokens = v }, from: 1, most: Billion),
        Setting.Whole("body-seconds", "In which a request must have arrived", o => o.BodySeconds, (o, v) => o with { BodySeconds = v }, from: 1, most: Day),
        Setting.Whole("max-connections", "Connections open at a time; beyond, idle ones are closed and health alone is answered", o => o.MaxConnections, (o, v) => o with { MaxConnections = v }, from: 1),
        Setting.Whole("max-waiting", "Requests that may wait for the model; later ones are told to come back (429)", o => o.MaxWaiting, (o, v) => o with { MaxWaiting = v }, most: Billion),
        Setting.Whole("pass-tokens", "Tokens computed in one go, before the next choice of whom to serve; 0 = 512 for each core", o => o.PassTokens, (o, v) => o with { PassTokens = v }),
        Setting.Number("deadline-ms", "Answer within this with what is scored by then, unless the request says otherwise (x-deadline-ms); 0 = no limit", o => o.DeadlineMs, (o, v) => o with { DeadlineMs = v }, most: 3_600_000),
        Setting.Whole("score-cache", "Scores remembered", o => o.ScoreCache, (o, v) => o with { ScoreCache = v }, most: Billion),
        Setting.Whole("token-cache", "Documents whose tokens are remembered", o => o.TokenCache, (o, v) => o with { TokenCache = v }, most: Billion),
        Setting.Whole("read-ahead", "Products of the catalogue that a split model reads before anybody asks", o => o.ReadAhead, (o, v) => o with { ReadAhead = v }, most: Billion / 4),
        Setting.Text("keys", "file", "File of API keys (attar key NAME makes one); without it everybody may ask", o => o.Keys, (o, v) => o with { Keys = v }),
        Setting.Number("rate", "Requests a second for a key that names no rate of its own; 0 = no limit", o => o.Rate, (o, v) => o with { Rate = v }),
        Setting.Number("rate-documents", "Documents a second for a key that names no number of its own; 0 = no limit", o => o.RateDocuments, (o, v) => o with { RateDocuments = v }),
        Setting.Text("cors", "origin", "The one origin whose pages may read answers, such as https://shop.example; empty = none", o => o.Cors, (o, v) => o with { Cors = v }),
        Setting.Number("watch-seconds", "How often to look for new files of models, catalogue and keys; 0 = never", o => o.WatchSeconds, (o, v) => o with { WatchSeconds = v }, most: Day),
        Setting.Text("shadow", "name", "A model that scores a share of the requests as well, to be compared in the metrics", o => o.Shadow, (o, v) => o with { Shadow = v }),
        Setting.Number("shadow-share", "Share of the requests that the shadow model scores", o => o.ShadowShare, (o, v) => o with { ShadowShare = v }, most: 1),
        Setting.Whole("drain-ms", "How long a stopping server still takes requests while it tells clients to go elsewhere", o => o.DrainMs, (o, v) => o with { DrainMs = v }),
        Setting.Whole("stop-seconds", "How long it then waits for requests under way", o => o.StopSeconds, (o, v) => o with { StopSeconds = v }, most: Day),
        Setting.Choice("log-level", "What is logged; information has a line for each request", o => o.LogLevel, (o, v) => o with { LogLevel = v }, "trace", "debug", "information", "warning", "error", "none"),
        Setting.Choice("log-format", "text for people, or json: one object a line", o => o.LogFormat, (o, v) => o with { LogFormat = v }, "text", "json"),
        Setting.Text("otlp-endpoint", "url", "A collector of OpenTelemetry's that takes traces and metrics, such as http://localhost:4317 (gRPC) or http://localhost:4318 (HTTP); empty = none", o => o.OtlpEndpoint,
            (o, v) => v == "" || (Uri.TryCreate(v, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https") ? o with { OtlpEndpoint = v } : null, "an address such as http://localhost:4317"),
        Setting.Text("experiments", "file", "File of online experiments, which also says where queries and events of shoppers are kept; empty = none", o => o.Experiments, (o, v) => o with { Experiments = v }),
        Setting.Text("min-score", "score", "Leave out documents that score lower where a request names no min_score: from 0 to 1, or calibrated, which attar calibrate prepares; empty = show all", o => o.MinScore,
            (o, v) => v == "" || MinScore.Parse(v, raw: false) is not null ? o with { MinScore = v } : null, "a number from 0 to 1, or calibrated"),
        Setting.Text("signals", "formula", "What a product is worth, from the model's score and columns that import kept, such as 'score + .3 * log1p(popularity ?? 0)'; each model is then served as NAME+signals too", o => o.Signals, (o, v) => o with { Signals = v }),
        Setting.Choice("signals-serve", "Whether requests that name no model get the formula's order", o => o.SignalsServe, (o, v) => o with { SignalsServe = v }, "no", "yes"),
    ];

    /// <param name="file">A JSON file, comments allowed; null for none.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <param name="flag">The value of a flag by the setting's name, or null.</param>
    /// <exception cref="InputException">naming every value that cannot be, and every unknown name of the file.</exception>
    public static ServerOptions Read(string? file, Func<string, string?> environment, Func<string, string?> flag)
    {
        var faults = new FaultList();
        IReadOnlyDictionary<string, string> written = file is null ? new Dictionary<string, string>() : ReadFile(file, faults);
        ServerOptions options = new();
        foreach (Setting setting in All)
        {
            (string where, string? text) = flag(setting.Name) is { } typed ? ("--" + setting.Name, typed)
                : environment(setting.Variable) is { } set ? (setting.Variable, set)
                : ($"{file}: {setting.Name}", written.GetValueOrDefault(setting.Name));
            if (text is null) continue;
            if (setting.With(options, text) is { } next) options = next;
            else faults.Add(where, $"found '{text}'; expected {setting.Expected}");
        }
        faults.ThrowIfAny();
        return options;
    }

    /// <summary>A file with every setting and its value, each explained.</summary>
    public static string Print(ServerOptions options)
    {
        var text = new StringBuilder("{\n");
        foreach ((int index, Setting setting) in All.Index())
            text.Append($"  // {setting.Help}\n  \"{setting.Name}\": {setting.Json(options)}{(index < All.Count - 1 ? ",\n" : "")}\n");
        return text.Append('}').ToString();
    }

    static Dictionary<string, string> ReadFile(string file, FaultList faults)
    {
        var values = new Dictionary<string, string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!All.Any(setting => setting.Name == property.Name)) faults.Add(file, $"unknown setting '{property.Name}'; attar serve --print-config shows those there are");
                else if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) && (property.Value.ValueKind, property.Name) is not (JsonValueKind.Array, "pair-template")) faults.Add(file, $"{property.Name}: expected a text or a number");
                else values[property.Name] = property.Value.ToString();
            }
        }
        catch (JsonException error)
        {
            faults.Add($"{file}:{error.LineNumber + 1}", "not JSON; attar serve --print-config shows how the file looks");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            faults.Add(file, error is InvalidOperationException ? "expected a JSON object" : "cannot be read; attar serve --print-config writes one");
        }
        return values;
    }
}
