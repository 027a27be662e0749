using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary><c>POST /classify {"input": [text]}</c> → <c>{"data": [{"index", "probs"}]}</c>; class k is grade k.</summary>
sealed class VllmClassify(int grades, string template) : IProtocol
{
    public int Width => grades;

    public bool OneQuery => false;

    public string Asked(Question question) => template.Replace("{query}", question.Query).Replace("{product}", question.Document);

    public Task<Answer<double[]>[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop) =>
        client.Post(new JsonObject { ["input"] = Wire.List(questions.Select(Asked)) }, reply => Answer.Share(
            [.. reply.Json.Get("data").Items(questions.Count).ByIndex().Select(entry => Grades([.. entry.Get("probs").Items().Select(Wire.Number)]))], reply.Spent), stop);

    double[] Grades(double[] probabilities) => probabilities.Length == grades
        ? Wire.Distribution(probabilities)
        : throw new EndpointException($"the model has {probabilities.Length} classes; expected {grades}, one for each grade (a model of one score answers vllm-score)", temporary: false);
}
