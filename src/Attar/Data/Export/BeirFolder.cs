using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attar.Data.Export;

/// <summary>A BEIR folder: <c>corpus.jsonl</c>, <c>queries.jsonl</c> and <c>qrels/</c> by split, with the scale in <c>dataset.json</c>, which BEIR does not read.</summary>
static class BeirFolder
{
    public static void Write(string folder, Dataset data)
    {
        bool kept = data.Products.Any(product => product.Kept is not null);
        Lines(Path.Combine(folder, "corpus.jsonl"), data.Products, (json, product) =>
        {
            json.WriteString("_id", product.Id);
            json.WriteString("title", product.Title);
            json.WriteString("text", product.Description);
            json.WriteStartObject("metadata");
            json.WriteString("brand", product.Brand); // empty ones too, so that the first line names all there are
            json.WriteString("category", product.Category);
            json.WriteString("attributes", product.Attributes);
            if (kept) json.WriteString("kept", product.Kept ?? "");
            json.WriteEndObject();
        });
        Lines(Path.Combine(folder, "queries.jsonl"), data.Queries, (json, query) =>
        {
            json.WriteString("_id", query.Id);
            json.WriteString("text", query.Text);
        });
        foreach (var part in data.Judgments.GroupBy(judgment => data.Splits.GetValueOrDefault(judgment.QueryId)).OrderBy(part => part.Key))
            AtomicFile.WriteText(Path.Combine(folder, "qrels", $"{DatasetFiles.SplitName(part.Key)}.tsv"), writer =>
            {
                writer.WriteLine("query-id\tcorpus-id\tscore");
                foreach (Judgment judgment in part) writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Field(judgment.QueryId)}\t{Field(judgment.ProductId)}\t{judgment.Rating}"));
            });
        DatasetFiles.WriteScale(folder, data.Scale);
    }

    /// <summary>BEIR reads the qrels as tab-separated values with quoting.</summary>
    static string Field(string text) => text.Contains('"') ? $"\"{text.Replace("\"", "\"\"")}\"" : text;

    static void Lines<T>(string path, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    });
}
