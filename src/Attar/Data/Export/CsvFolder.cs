using System.Globalization;

namespace Attar.Data.Export;

/// <summary>A folder of CSV files (RFC 4180) that <c>import auto</c> takes back whole: a vote is a line.</summary>
static class CsvFolder
{
    public static void Write(string folder, Dataset data)
    {
        bool kept = data.Products.Any(product => product.Kept is not null);
        Table(Path.Combine(folder, "products.csv"), $"id,title,brand,category,attributes,description{(kept ? ",kept" : "")}", data.Products
            .Select(product => (string[])[product.Id, product.Title, product.Brand, product.Category, product.Attributes, product.Description, .. kept ? [product.Kept ?? ""] : Array.Empty<string>()]));
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        Table(Path.Combine(folder, "queries.csv"), "query_id,query", data.Queries.Select(query => (string[])[query.Id, query.Text]));
        bool votes = data.Judgments.Any(judgment => judgment.Votes is not null);
        Table(Path.Combine(folder, "judgments.csv"), votes ? "query_id,query,product_id,rating,rater,split" : "query_id,query,product_id,rating,split", data.Judgments.SelectMany(Rows));
        DatasetFiles.WriteScale(folder, data.Scale);

        IEnumerable<string[]> Rows(Judgment judgment)
        {
            string split = data.Splits.TryGetValue(judgment.QueryId, out Split known) ? DatasetFiles.SplitName(known) : "";
            if (!votes) return [[judgment.QueryId, texts[judgment.QueryId], judgment.ProductId, Number(judgment.Rating), split]];
            if (judgment.Votes is null) return [[judgment.QueryId, texts[judgment.QueryId], judgment.ProductId, Number(judgment.Rating), "", split]];
            int rater = 0;
            return judgment.Votes.SelectMany((count, grade) => Enumerable.Range(0, count).Select(_ => (string[])[judgment.QueryId, texts[judgment.QueryId], judgment.ProductId, Number(grade), $"rater {++rater}", split]));
        }
    }

    static string Number(double rating) => rating.ToString(CultureInfo.InvariantCulture);

    internal static void Table(string path, string header, IEnumerable<string[]> rows) => AtomicFile.WriteText(path, writer =>
    {
        writer.WriteLine(header);
        foreach (string[] row in rows) writer.WriteLine(string.Join(',', row.Select(Field)));
    });

    static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 && text.Trim() == text ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
