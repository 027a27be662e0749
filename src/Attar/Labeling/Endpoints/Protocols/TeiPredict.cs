using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Endpoints;

namespace Attar.Labeling.Endpoints.Protocols;

/// <summary><c>POST /predict {"inputs": [[query, product]]}</c> → <c>[[{"score", "label"}]]</c>, for each pair the likeliest class first.</summary>
/// <param name="labels">The classes' names by grade; null: their names end in the grade.</param>
sealed class TeiPredict(int grades, string[]? labels) : IProtocol
{
    public int Width => grades;

    public bool OneQuery => false;

    public string Asked(Question question) => $"{question.Query}\0{question.Document}\0{string.Join('\0', labels ?? [])}";

    public Task<Answer<double[]>[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop) => client.Post(
        new JsonObject
        {
            ["inputs"] = new JsonArray([.. questions.Select(question => Wire.List([question.Query, question.Document]))]),
            ["truncate"] = true,
            ["raw_scores"] = false,
        },
        reply => Answer.Share([.. reply.Json.Items(questions.Count).Select(classes => Grades(classes.Items()))], reply.Spent), stop);

    double[] Grades(JsonElement[] classes)
    {
        var probabilities = new double[grades];
        var seen = new bool[grades];
        foreach (JsonElement entry in classes)
        {
            string label = entry.Get("label").Text();
            int grade = labels is null ? TrailingNumber(label) : Array.IndexOf(labels, label);
            if (classes.Length != grades || grade < 0 || grade >= grades || seen[grade])
                throw new EndpointException($"the model has the classes {string.Join(", ", classes.Select(other => other.Get("label").Text()))}; expected {grades}, one for each grade; name them from the lowest grade to the highest with --labels (a model of one score answers tei-rerank)", temporary: false);
            (probabilities[grade], seen[grade]) = (entry.Get("score").Number(), true);
        }
        return Wire.Distribution(probabilities);
    }

    /// <summary>The 2 of <c>2</c> and <c>LABEL_2</c>; -1 without one.</summary>
    static int TrailingNumber(string label) =>
        int.TryParse(label.AsSpan(label.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
