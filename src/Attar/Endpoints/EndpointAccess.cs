using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Workspaces;

namespace Attar.Endpoints;

/// <summary>How a server is reached and how much it may cost, whatever it is asked for.</summary>
/// <param name="Stage">Whose notes these are.</param>
/// <param name="Options">What faults call the options.</param>
sealed partial record EndpointAccess(string Stage, string Options, string Url, string? Model, string? KeyVariable, JsonObject? Extra, PaceOptions Pace, PriceOptions Price)
{
    /// <summary>Adds what is wrong. An address or a variable's name that may be a key is never repeated.</summary>
    /// <param name="protocol">Null: the address tells it.</param>
    /// <param name="instead">What to do without an endpoint.</param>
    public void Check(FaultList faults, Protocol? protocol, string instead)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            faults.Add($"{Options}.url", $"expected an address such as http://localhost:8000; correct it, or {instead}");
        else if (uri.UserInfo.Length > 0 || KeyInQuery().IsMatch(uri.Query))
            faults.Add($"{Options}.url", "has a key in it, which would be kept in the workspace; put the key into an environment variable and give its name as keyVariable (--key-variable)");
        else if (ProtocolList.Find(uri, protocol) is null)
            faults.Add($"{Options}.protocol", $"the address does not tell what the server speaks; expected one of {string.Join(", ", ProtocolList.Names)}");
        if (Extra is not null && HasKey(Extra)) faults.Add($"{Options}.extra", "has a key in it, which would be kept in the workspace; put the key into an environment variable and give its name as keyVariable (--key-variable)");
        if (KeyVariable is not null && !VariableName().IsMatch(KeyVariable))
            faults.Add($"{Options}.keyVariable", "expected the name of an environment variable such as OPENAI_API_KEY, not the key itself");
        if (Pace is { Concurrency: < 1 } or { Batch: < 1 } or { Attempts: < 1 } or not { TimeoutSeconds: > 0 and < 86_400 })
            faults.Add($"{Options}.pace", "expected concurrency, batch and attempts from 1, and timeoutSeconds above 0 and below a day");
        if (Price is { Input: < 0 } or { Output: < 0 } or { Requests: < 0 } or { TokenBudget: < 0 }) faults.Add($"{Options}.price", "expected numbers from 0");
    }

    /// <summary>The API key, or null when none is to be sent.</summary>
    /// <exception cref="InputException">The variable is not set.</exception>
    public string? Key()
    {
        if (KeyVariable is null) return null;
        string? key = Environment.GetEnvironmentVariable(KeyVariable)?.Trim();
        return string.IsNullOrEmpty(key) ? throw new InputException($"{Options}.keyVariable", $"the environment variable {KeyVariable} is not set; set it to the API key") : key;
    }

    /// <summary>Tells what questions will take before any is asked.</summary>
    /// <exception cref="InputException">It is more than the token budget.</exception>
    public void Announce(int questions, Spending estimate, Spending before, IProgressSink progress)
    {
        string told = string.Create(CultureInfo.InvariantCulture, $"{questions:n0} questions to ask: about {estimate.Describe(Price)}");
        if (Price.TokenBudget is { } budget && questions > 0 && before.Tokens + estimate.Tokens > budget)
            throw new InputException($"{Options}.price.tokenBudget", $"{told}; with the {before.Tokens} tokens spent before, more than {budget}; raise it (--token-budget), or {Stage switch { "label" => "generate fewer pairs", "judge" => "ask about fewer products", _ => "generate fewer queries" }}");
        progress.Note($"{Stage}: {told}");
    }

    /// <summary>Asks batches of questions, several at once, until the token budget is spent.</summary>
    /// <param name="spent">So far.</param>
    /// <param name="ask">One batch.</param>
    /// <param name="name">What errors call a batch.</param>
    /// <exception cref="StageFailedException">The endpoint refuses, or the token budget is spent.</exception>
    public void AskAll(string what, IEnumerable<int[]> batches, int questions, Func<Spending> spent, Func<int[], CancellationToken, Task> ask, Func<int[], string> name, StageContext context)
    {
        int done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Pace.Concurrency, CancellationToken = context.Cancel };
        Parallel.ForEachAsync(batches, options, async (batch, failed) =>
        {
            failed.ThrowIfCancellationRequested();
            if (Price.TokenBudget is { } budget && spent().Tokens >= budget)
                throw new StageFailedException($"{Stage}: the token budget of {budget} is spent; what was answered is kept: raise it (--token-budget) and run again to go on from here");
            try
            {
                await ask(batch, failed);
            }
            catch (EndpointException fault)
            {
                throw new StageFailedException($"{Stage}: {name(batch)}: {fault.Message}; what was answered is kept: run the same command again to go on from here");
            }
            context.Progress.Report(what, Interlocked.Add(ref done, batch.Length), questions, string.Create(CultureInfo.InvariantCulture, $"{spent().Tokens:n0} tokens"));
        }).GetAwaiter().GetResult();
    }

    static bool HasKey(JsonNode? node) => node switch
    {
        JsonObject fields => fields.Any(field => KeyName().IsMatch(field.Key) && field.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String || HasKey(field.Value)),
        JsonArray items => items.Any(HasKey),
        _ => false,
    };

    [GeneratedRegex("^((x[-_])?api[-_]?key|key|access[-_]?(key|token)|auth(orization|[-_]?token)?|bearer|password|(client[-_]?)?secret)$", RegexOptions.IgnoreCase)]
    private static partial Regex KeyName();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    private static partial Regex VariableName();

    [GeneratedRegex("(^\\?|&)[^=]*(key|token|secret|password|sig)[^=]*=", RegexOptions.IgnoreCase)]
    private static partial Regex KeyInQuery();
}
