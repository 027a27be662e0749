using System.Globalization;
using Attar.Data.Reading;

namespace Attar.Evaluation;

/// <summary>One line of a run: a product at its place in a query's ranking.</summary>
/// <param name="Rank">From 1. trec_eval ignores it and sorts by score.</param>
public sealed record RankedProduct(string QueryId, string ProductId, int Rank, double Score, string Tag);

/// <summary>Ranked lists as TREC writes them: <c>qid Q0 docno rank score tag</c>.</summary>
public static class TrecRun
{
    const string Layout = "qid Q0 docno rank score tag";

    /// <param name="scores">Per query, one score per product.</param>
    public static void Write(string path, string tag, IReadOnlyList<JudgedQuery> queries, IReadOnlyList<float[]> scores) => AtomicFile.WriteText(path, writer =>
    {
        for (int q = 0; q < queries.Count; q++)
        {
            int rank = 0;
            foreach (int p in Ranking.Order(scores[q], queries[q].ProductIds))
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{TrecToken.Escape(queries[q].Query.Id)} Q0 {TrecToken.Escape(queries[q].ProductIds[p])} {++rank} {scores[q][p]:R} {tag}"));
        }
    });

    /// <exception cref="InputException">naming every faulty line.</exception>
    public static List<RankedProduct> Read(string path)
    {
        HashSet<(string, string)> seen = [];
        return TrecLines.Read(path, Layout, (fields, where, faults) =>
        {
            if (!seen.Add((fields[0], fields[2]))) faults.Add(where, $"product {fields[2]} is ranked twice for query {fields[0]}; remove one line");
            if (!int.TryParse(fields[3], NumberStyles.Integer, CultureInfo.InvariantCulture, out int rank))
                faults.Add(where, $"expected a whole number as rank, found '{fields[3]}'; correct the line");
            double score = TrecLines.Number(fields[4], "score", where, faults);
            return new RankedProduct(TrecToken.Unescape(fields[0]), TrecToken.Unescape(fields[2]), rank, score, fields[5]);
        });
    }
}
