using System.Globalization;
using Attar.Data.Reading;

namespace Attar.Evaluation;

/// <summary>One line of qrels: the rating of a product for a query.</summary>
public sealed record Qrel(string QueryId, string ProductId, double Rating);

/// <summary>
/// Judgments as TREC writes them: <c>qid 0 docno rel</c>. A mean rating keeps its fraction, which trec_eval cuts off;
/// figures of fractional ratings compare only with tools that read them whole.
/// </summary>
public static class TrecQrels
{
    const string Layout = "qid 0 docno rel";

    public static void Write(string path, IReadOnlyList<JudgedQuery> queries) => AtomicFile.WriteText(path, writer =>
    {
        foreach (JudgedQuery query in queries)
            for (int p = 0; p < query.Products.Length; p++)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{TrecToken.Escape(query.Query.Id)} 0 {TrecToken.Escape(query.ProductIds[p])} {query.Ratings[p]:R}"));
    });

    /// <exception cref="InputException">naming every faulty line.</exception>
    public static List<Qrel> Read(string path)
    {
        HashSet<(string, string)> seen = [];
        return TrecLines.Read(path, Layout, (fields, where, faults) =>
        {
            if (!seen.Add((fields[0], fields[2]))) faults.Add(where, $"product {fields[2]} is judged twice for query {fields[0]}; remove one line");
            return new Qrel(TrecToken.Unescape(fields[0]), TrecToken.Unescape(fields[2]), TrecLines.Number(fields[3], "rel", where, faults));
        });
    }
}
