using System.Text.Json.Nodes;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary><c>POST /rerank {"query", "texts": [product]}</c> → <c>[{"index", "score"}]</c>, best first.</summary>
sealed class TeiRerank : IProtocol
{
    public int Width => 1;

    public bool OneQuery => true;

    public string Asked(Question question) => $"{question.Query}\0{question.Document}";

    public Task<Answer[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop) => client.Post(
        new JsonObject { ["query"] = questions[0].Query, ["texts"] = Wire.List(questions.Select(question => question.Document)), ["truncate"] = true, ["raw_scores"] = false },
        reply => Answer.Share([.. reply.Json.Items(questions.Count).ByIndex().Select(entry => (double[])[entry.Get("score").Number()])], reply.Spent), stop);
}
