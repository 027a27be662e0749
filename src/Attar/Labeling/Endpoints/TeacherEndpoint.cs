using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Labeling.Endpoints;

/// <summary>A teacher that runs elsewhere and answers over HTTP.</summary>
/// <param name="Url">The server's root or the whole address of the interface.</param>
/// <param name="Protocol">What the server speaks; null where the address says it, as <c>.../v1/chat/completions</c> does.</param>
/// <param name="Model">As the server names it; servers of one model need none.</param>
/// <param name="KeyVariable">Name of the environment variable that holds the API key; null sends none. The key itself is never an option: options are written to the workspace.</param>
/// <param name="Labels">The classes' names from the lowest grade to the highest, where the server does not name them 0..K-1 or LABEL_0..LABEL_K-1.</param>
/// <param name="Template">How a model that classifies one text reads a pair, with <c>{query}</c> and <c>{product}</c>: as it was trained.</param>
/// <param name="MaxCharacters">Of a product's text; what follows is cut. Tokens cost, and descriptions say little after the first lines.</param>
/// <param name="Extra">Fields that every request has besides; null removes one that it would have.</param>
public sealed record TeacherEndpoint(
    string Url,
    Protocol? Protocol = null,
    string? Model = null,
    string? KeyVariable = null,
    string[]? Labels = null,
    string Template = "Query: {query}\nProduct: {product}",
    int MaxCharacters = 1500,
    JsonObject? Extra = null,
    ChatOptions? Chat = null,
    PaceOptions? Pace = null,
    TrustOptions? Trust = null,
    PriceOptions? Price = null)
{
    internal ChatOptions ChatOrDefault => Chat ?? new();
    internal TrustOptions TrustOrDefault => Trust ?? new();
    internal EndpointAccess Access => new("label", "teacher", Url, Model, KeyVariable, Extra, Pace ?? new(), Price ?? new());

    /// <summary>What is wrong with the options, all at once.</summary>
    /// <exception cref="InputException"/>
    public void Check()
    {
        var faults = new FaultList();
        Access.Check(faults, Protocol, "name teachers that run here in teachers (--teachers)");
        if (!Template.Contains("{query}") || !Template.Contains("{product}")) faults.Add("teacher.template", $"found '{Template}'; expected a text with {{query}} and {{product}} in it");
        if (MaxCharacters < 1) faults.Add("teacher.maxCharacters", $"found {MaxCharacters}; expected 1 or more");
        if (ChatOrDefault is { Shots: < 0 } or { Votes: < 1 }) faults.Add("teacher.chat", "expected 0 or more shots and 1 or more votes");
        else if (ChatOrDefault is { Votes: > 1, Shots: 0 }) faults.Add("teacher.chat.votes", "votes differ by their examples; expected shots above 0, or one vote");
        if (TrustOrDefault.Pairs < 1) faults.Add("teacher.trust.pairs", $"found {TrustOrDefault.Pairs}; expected 1 or more");
        faults.ThrowIfAny();
    }
}

/// <summary>How a chat model grades.</summary>
public enum ChatAnswer
{
    /// <summary>A distribution over the grades from the log-probabilities of the first token; where the server gives none, as <see cref="Structured"/>.</summary>
    LogProbabilities,

    /// <summary>One grade in JSON by a schema: for models that think before they answer.</summary>
    Structured,
}

/// <param name="Guideline">A text file that tells what each grade means; null: a general one. The raters' own guideline is the best.</param>
/// <param name="Shots">Examples in front of a question: the judged train pairs most like it.</param>
/// <param name="Votes">Questions for a pair, each with other examples, at temperature 0; their mean counts.</param>
public sealed record ChatOptions(string? Guideline = null, int Shots = 4, int Votes = 1, ChatAnswer Answer = ChatAnswer.LogProbabilities);

/// <summary>What an endpoint must show before its labels are used.</summary>
/// <param name="Pairs">Judged dev pairs to measure it on; as many train pairs turn a reranker's scores into grades.</param>
/// <param name="MinKappa">Smallest quadratic weighted kappa; below .4 agreement is commonly called slight or fair.</param>
/// <param name="AcceptAny">Use the labels whatever the measurement says.</param>
public sealed record TrustOptions(int Pairs = 500, double MinKappa = 0.4, bool AcceptAny = false);
