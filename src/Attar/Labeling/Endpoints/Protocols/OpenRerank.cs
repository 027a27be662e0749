using System.Text.Json.Nodes;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary>
/// <c>POST /v2/rerank</c> (Cohere), <c>/v1/rerank</c> (Jina and others) <c>{"query", "documents": [product], "top_n"}</c> →
/// <c>{"results": [{"index", "relevance_score"}]}</c>, best first.
/// </summary>
sealed class OpenRerank : IProtocol
{
    public int Width => 1;

    public bool OneQuery => true;

    public string Asked(Question question) => $"{question.Query}\0{question.Document}";

    public Task<Answer[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop) => client.Post(
        new JsonObject { ["query"] = questions[0].Query, ["documents"] = Wire.List(questions.Select(question => question.Document)), ["top_n"] = questions.Count },
        reply => Answer.Share([.. reply.Json.Get("results").Items(questions.Count).ByIndex().Select(entry => (double[])[entry.Get("relevance_score").Number()])], reply.Spent), stop);
}
