using System.Net.Http.Headers;
using System.Text.Json;

namespace Attar.Endpoints;

/// <summary>A server's answer.</summary>
sealed record Reply(JsonElement Json, HttpResponseHeaders Headers)
{
    public static Reply Of(byte[] content, HttpResponseHeaders headers)
    {
        try
        {
            return new Reply(JsonSerializer.Deserialize<JsonElement>(content), headers);
        }
        catch (JsonException)
        {
            throw new EndpointException("the answer is not JSON");
        }
    }

    /// <summary>Of a chat model, the first of its answers.</summary>
    public JsonElement Choice => Json.Get("choices").Items() is [var first, ..] ? first : throw new EndpointException("the answer has no choices");

    /// <summary>Of a chat model, what it says.</summary>
    public string Message => Choice.Get("message").Get("content").Text();

    /// <summary>Tokens as OpenAI's interfaces tell them in <c>usage</c>, Cohere in <c>meta.tokens</c>, text-embeddings-inference in a header.</summary>
    public Spending Spent
    {
        get
        {
            if (Json.ValueKind == JsonValueKind.Object)
            {
                if (Json.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object)
                {
                    long answer = Count(usage, "completion_tokens");
                    return new Spending(Count(usage, "prompt_tokens") is > 0 and var sent ? sent : Math.Max(0, Count(usage, "total_tokens") - answer), answer, 1);
                }
                if (Json.TryGetProperty("meta", out JsonElement meta) && meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty("tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Object)
                    return new Spending(Count(tokens, "input_tokens"), Count(tokens, "output_tokens"), 1);
            }
            return Headers.TryGetValues("x-compute-tokens", out IEnumerable<string>? values) && long.TryParse(values.First(), out long computed) && computed > 0 ? new Spending(computed, 0, 1) : new Spending(0, 0, 1);
        }
    }

    static long Count(JsonElement counts, string name) =>
        counts.TryGetProperty(name, out JsonElement count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out long value) && value > 0 ? value : 0;
}
