using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attar.Data.Export;

/// <summary>Judgments as the JSON of tools that rate searches.</summary>
static class RatedJson
{
    public static void WriteSrw(string path, Dataset data) => Write(path, json =>
    {
        json.WriteString("name", Path.GetFileNameWithoutExtension(path));
        json.WriteString("description", "Judgments exported from Attar");
        json.WriteString("type", "IMPORT_JUDGMENT");
        json.WriteStartArray("judgmentRatings");
        foreach ((string query, Judgment[] judgments) in Queries(data))
        {
            json.WriteStartObject();
            json.WriteString("query", query);
            json.WriteStartArray("ratings");
            foreach (Judgment judgment in judgments)
            {
                json.WriteStartObject();
                json.WriteString("docId", judgment.ProductId);
                json.WriteString("rating", judgment.Rating.ToString("0.000###", CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>A judgement for each vote; one without a name where only the mean is known.</summary>
    public static void WriteBook(string path, Dataset data) => Write(path, json =>
    {
        json.WriteString("name", Path.GetFileNameWithoutExtension(path));
        json.WriteStartArray("query_doc_pairs");
        foreach ((string query, Judgment[] judgments) in Queries(data))
            foreach (Judgment judgment in judgments)
            {
                json.WriteStartObject();
                json.WriteString("query_text", query);
                json.WriteString("doc_id", judgment.ProductId);
                json.WriteStartArray("judgements");
                int rater = 0;
                foreach (double rating in judgment.Votes is { } votes ? votes.SelectMany((count, grade) => Enumerable.Repeat((double)grade, count)) : [judgment.Rating])
                {
                    json.WriteStartObject();
                    json.WriteNumber("rating", rating);
                    json.WriteString("user_email", $"rater {++rater}");
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
        json.WriteEndArray();
    });

    public static void WriteRre(string path, Dataset data) => Write(path, json =>
    {
        json.WriteStartArray("queries");
        foreach ((string query, Judgment[] judgments) in Queries(data))
        {
            json.WriteStartObject();
            json.WriteStartObject("placeholders");
            json.WriteString("$query", query);
            json.WriteEndObject();
            json.WriteStartObject("relevant_documents");
            foreach (Judgment judgment in judgments)
            {
                json.WriteStartObject(judgment.ProductId);
                json.WriteNumber("gain", judgment.Rating);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    static IEnumerable<(string Query, Judgment[] Judgments)> Queries(Dataset data)
    {
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        return data.Judgments.GroupBy(judgment => judgment.QueryId).Select(query => (texts[query.Key], query.ToArray()));
    }

    static void Write(string path, Action<Utf8JsonWriter> body) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        body(json);
        json.WriteEndObject();
    });
}
