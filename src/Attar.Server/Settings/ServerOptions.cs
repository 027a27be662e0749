namespace Attar.Server.Settings;

/// <summary>Where the server listens, how much it takes on, and what it trusts. <see cref="ServerSettings"/> reads them.</summary>
/// <param name="Port">0 lets the system choose a free one.</param>
/// <param name="Host">An IP address or <c>localhost</c>; loopback unless asked otherwise, for without a key file everybody may ask.</param>
/// <param name="AllowedHosts">Names that requests may be sent to, separated by commas, <c>*.shop.example</c> for all below one, <c>*</c> for any; localhost and addresses always. Empty: those alone while it listens on loopback, else any.</param>
/// <param name="Model">Answers requests that name no model, or one that is not served.</param>
/// <param name="Models">Further models to serve, separated by commas: folders of the workspace, or paths.</param>
/// <param name="PairTemplate">How pairs are written, a text with {query} and {product}: of <paramref name="Model"/>, or NAME=TEXT of another one, or a JSON list of such; empty = as the models' folders say.</param>
/// <param name="MaxDocuments">Documents of one request.</param>
/// <param name="MaxBody">Bytes of one request; text-embeddings-inference's default.</param>
/// <param name="MaxTokens">Of all pairs of one request; documents behind are not scored. A thousand of a teacher's longest, twice.</param>
/// <param name="BodySeconds">In which a request must have arrived.</param>
/// <param name="MaxConnections">Open at a time; bounds the memory that request bodies can take. The one idle longest is closed for the next, and health is answered beyond.</param>
/// <param name="MaxWaiting">Requests that may wait for the model; later ones are told to come back (429), but for those of a key that has not its share of the places.</param>
/// <param name="PassTokens">Tokens computed in one go, after which the line chooses anew; 0 = 512 for each core, which keeps them busy and no longer.</param>
/// <param name="DeadlineMs">In which a request is answered with what is scored by then, where it names none itself; 0 = no limit.</param>
/// <param name="ScoreCache">Scores remembered, by query and document: some 100 bytes each.</param>
/// <param name="TokenCache">Documents whose tokens are remembered: some 500 bytes each.</param>
/// <param name="ReadAhead">Products of the catalogue that a split model reads before anybody asks: some 50 bytes for each column of the model each.</param>
/// <param name="Keys">The file of API keys; empty = everybody may ask, and nobody may reload.</param>
/// <param name="Rate">Requests a second of a key that names none of its own; 0 = no limit.</param>
/// <param name="RateDocuments">Documents a second of a key that names none of its own; 0 = no limit.</param>
/// <param name="Cors">The one origin whose pages may read answers; empty = none but the server's own.</param>
/// <param name="WatchSeconds">How often the files of models, catalogue and keys are looked at for changes; 0 = never.</param>
/// <param name="Shadow">A served model that also scores a share of the requests, to be compared; empty = none.</param>
/// <param name="ShadowShare">From 0 to 1.</param>
/// <param name="DrainMs">How long a stopping server still takes requests while it tells balancers and connections to go elsewhere.</param>
/// <param name="StopSeconds">How long it then waits for requests under way.</param>
/// <param name="LogLevel">trace, debug, information (a line for each request), warning, error or none.</param>
/// <param name="LogFormat">text, or json: one object a line.</param>
/// <param name="OtlpEndpoint">Where a collector takes traces and metrics; empty: nowhere.</param>
/// <param name="Experiments">The file of online experiments, and of where what shoppers do is kept; empty: none.</param>
/// <param name="MinScore">Documents whose score is below are left out where a request names no <c>min_score</c>: from 0 to 1, or <c>calibrated</c>; empty: none is.</param>
/// <param name="Signals">A <see cref="Attar.Signals.Formula"/> of the model's score and columns that import kept; empty: none.</param>
/// <param name="SignalsServe">Whether requests that name no model get the formula's order: yes or no.</param>
public sealed record ServerOptions(
    int Port = 8080,
    string Host = "127.0.0.1",
    string AllowedHosts = "",
    string Model = "student",
    string Models = "",
    string PairTemplate = "",
    int MaxDocuments = 1000,
    int MaxBody = 2_000_000,
    int MaxTokens = 1_000_000,
    int BodySeconds = 10,
    int MaxConnections = 1024,
    int MaxWaiting = 256,
    int PassTokens = 0,
    double DeadlineMs = 5000,
    int ScoreCache = 200_000,
    int TokenCache = 50_000,
    int ReadAhead = 60_000,
    string Keys = "",
    double Rate = 0,
    double RateDocuments = 0,
    string Cors = "",
    double WatchSeconds = 5,
    string Shadow = "",
    double ShadowShare = .1,
    int DrainMs = 500,
    int StopSeconds = 30,
    string LogLevel = "warning",
    string LogFormat = "text",
    string OtlpEndpoint = "",
    string Experiments = "",
    string MinScore = "",
    string Signals = "",
    string SignalsServe = "no")
{
    /// <summary>How a model has its pairs written; null: as its folder says.</summary>
    /// <param name="name">As it was given to <see cref="Model"/> or <see cref="Models"/>.</param>
    /// <param name="served">What requests call it.</param>
    public string? TemplateOf(string name, string served) => PairTemplates.Parse(PairTemplate)!.LastOrDefault(one => one.Model is null ? name == Model : one.Model == name || one.Model == served).Text;

    /// <summary>The lowest score shown where a request names none; null: all are.</summary>
    internal MinScore? Least => Settings.MinScore.Parse(MinScore, raw: false) is { } least ? least with { Preset = true } : null;

    internal int TokensOfPass => PassTokens > 0 ? PassTokens : 512 * Environment.ProcessorCount;
}
