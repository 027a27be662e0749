using System.Text.Json.Nodes;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary><c>POST /score {"text_1": query, "text_2": [product]}</c> → <c>{"data": [{"index", "score"}]}</c>.</summary>
sealed class VllmScore : IProtocol
{
    public int Width => 1;

    public bool OneQuery => true;

    public string Asked(Question question) => $"{question.Query}\0{question.Document}";

    public Task<Answer[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop) => client.Post(
        new JsonObject { ["text_1"] = questions[0].Query, ["text_2"] = Wire.List(questions.Select(question => question.Document)) },
        reply => Answer.Share([.. reply.Json.Get("data").Items(questions.Count).ByIndex().Select(entry => (double[])[entry.Get("score").Number()])], reply.Spent), stop);
}
