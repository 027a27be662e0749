using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attar.Data.Reading;

namespace Attar.Data.Export;

/// <summary>Judgments alone, for tools that know the catalogue.</summary>
static class JudgmentFiles
{
    public static void WriteQrels(string path, Dataset data) => AtomicFile.WriteText(path, writer =>
    {
        foreach (Judgment judgment in data.Judgments)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TrecToken.Escape(judgment.QueryId)} 0 {TrecToken.Escape(judgment.ProductId)} {judgment.Rating:R}"));
    });

    public static void WriteQuepid(string path, Dataset data)
    {
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        CsvFolder.Table(path, "query,docid,rating", data.Judgments.Select(judgment => (string[])[texts[judgment.QueryId], judgment.ProductId, judgment.Rating.ToString(CultureInfo.InvariantCulture)]));
    }

    public static void WriteSrw(string path, Dataset data)
    {
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            json.WriteStartObject();
            json.WriteString("name", Path.GetFileNameWithoutExtension(path));
            json.WriteString("description", "Judgments exported from Attar");
            json.WriteString("type", "IMPORT_JUDGMENT");
            json.WriteStartArray("judgmentRatings");
            foreach (var query in data.Judgments.GroupBy(judgment => judgment.QueryId))
            {
                json.WriteStartObject();
                json.WriteString("query", texts[query.Key]);
                json.WriteStartArray("ratings");
                foreach (Judgment judgment in query)
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
            json.WriteEndObject();
        });
    }
}
