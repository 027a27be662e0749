using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary>
/// <c>POST /v1/chat/completions</c>, one pair a request, temperature 0. The log-probabilities of the answer's first token give a
/// distribution over the grades; where they do not, the model is asked again for one grade in JSON.
/// </summary>
sealed class Chat(GradingPrompt prompt, ChatAnswer answer) : IProtocol
{
    const int MostAlternatives = 20; // of a token: as many as OpenAI and vLLM give
    const double LeastMass = .5; // of the first token on the grades; with less the model is about to say something else

    volatile bool withoutLogProbabilities = answer == ChatAnswer.Structured || prompt.Grades > 10;

    public int Width => prompt.Grades;

    public int? Batch => 1;

    public bool OneQuery => true;

    public int AnswerTokens => withoutLogProbabilities ? 8 : 1;

    public string Asked(Question question) => $"{answer}\0{string.Join('\0', prompt.Turns(question, structured: answer == ChatAnswer.Structured).Select(turn => turn.Text))}";

    public async Task<Answer<double[]>[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop)
    {
        Question question = questions[0];
        Spending spent = default;
        if (!withoutLogProbabilities)
        {
            (double[]? distribution, spent) = await FirstToken(question, client, stop);
            if (distribution is not null) return [new Answer<double[]>(distribution, spent)];
        }
        JsonObject body = Body(question, structured: true, maxTokens: 64);
        body["response_format"] = new JsonObject
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject { ["name"] = "grade", ["strict"] = true, ["schema"] = prompt.Schema() },
        };
        (int grade, Spending more) = await client.Post(body, reply => (prompt.Grade(reply.Message), reply.Spent), stop);
        var certain = new double[prompt.Grades];
        certain[grade] = 1;
        return [new Answer<double[]>(certain, spent + more)];
    }

    async Task<(double[]?, Spending)> FirstToken(Question question, EndpointClient client, CancellationToken stop)
    {
        JsonObject body = Body(question, structured: false, maxTokens: 1);
        body["logprobs"] = true;
        body["top_logprobs"] = MostAlternatives;
        try
        {
            return await client.Post(body, reply => (Distribution(reply.Choice), reply.Spent), stop);
        }
        catch (EndpointException refusal) when (refusal.Status is 400 or 422 && refusal.Message.Contains("logprob", StringComparison.OrdinalIgnoreCase))
        {
            withoutLogProbabilities = true;
            return default;
        }
    }

    double[]? Distribution(JsonElement choice)
    {
        if (!choice.TryGetProperty("logprobs", out JsonElement log) || log.ValueKind != JsonValueKind.Object
            || !log.TryGetProperty("content", out JsonElement tokens) || tokens.ValueKind != JsonValueKind.Array || tokens.GetArrayLength() == 0)
        {
            withoutLogProbabilities = true; // so it is with every answer of this server
            return null;
        }
        var distribution = new double[prompt.Grades];
        foreach (JsonElement alternative in tokens[0].Get("top_logprobs").Items())
        {
            string token = alternative.Get("token").Text().Trim(' ', '\n', '\t', '▁', 'Ġ', '"');
            if (int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int grade) && grade < distribution.Length)
                distribution[grade] += Math.Exp(LogProbability(alternative.Get("logprob").Number()));
        }
        double mass = distribution.Sum();
        return mass < LeastMass ? null : [.. distribution.Select(p => p / mass)];
    }

    static double LogProbability(double value) => value <= 1e-3 ? value : throw new EndpointException($"the answer has the log-probability {value}, where 0 or less was expected");

    JsonObject Body(Question question, bool structured, int maxTokens) => new()
    {
        ["messages"] = new JsonArray([.. prompt.Turns(question, structured).Select(turn => new JsonObject { ["role"] = turn.Role, ["content"] = turn.Text })]),
        ["temperature"] = 0,
        ["max_tokens"] = maxTokens,
    };
}
