using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary>One query and many products in, one score for each out: <c>{query, documents: [product]}</c> → <c>{answers: [{"index", score}]}</c>, in any order. Servers differ in the names.</summary>
/// <param name="answers">Null: the answer is the list itself.</param>
/// <param name="truncate">Whether the server must be told to cut texts that are too long, where it would refuse them.</param>
sealed class Rerank(string query, string documents, string? answers, string score, bool truncate = false) : IProtocol
{
    public int Width => 1;

    public bool OneQuery => true;

    public string Asked(Question question) => $"{question.Query}\0{question.Document}";

    public Task<Answer<double[]>[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop)
    {
        var body = new JsonObject { [query] = questions[0].Query, [documents] = Wire.List(questions.Select(question => question.Document)) };
        if (truncate) body["truncate"] = true;
        return client.Post(body, Read, stop);

        Answer<double[]>[] Read(Reply reply) => Answer.Share(
            [.. (answers is null ? reply.Json : reply.Json.Get(answers)).Items(questions.Count).ByIndex().Select(entry => (double[])[entry.Get(score).Number()])], reply.Spent);
    }
}
