using System.Globalization;
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

    public static void WriteLetor(string path, Dataset data) => AtomicFile.WriteText(path, writer =>
    {
        foreach (Judgment judgment in data.Judgments)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judgment.Rating:R} qid:{TrecToken.Escape(judgment.QueryId)} # docid = {TrecToken.Escape(judgment.ProductId)}"));
    });
}
