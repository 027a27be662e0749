namespace Attar.Data;

/// <summary>
/// <c>judged.tsv</c>: what people said on the judging page, beside what was imported, so that either can be made anew without the
/// other. Reading the data adds the votes to those of <c>judgments.tsv</c>.
/// </summary>
public static class JudgedTable
{
    static readonly string[] columns = ["query_id", "product_id", "votes", "split"];

    /// <param name="judgments">With votes.</param>
    /// <param name="splits">Of the judged queries, where they are known.</param>
    public static void Write(string path, IEnumerable<Judgment> judgments, IReadOnlyDictionary<string, Split> splits) => AtomicFile.WriteText(path, writer =>
    {
        writer.WriteLine(string.Join('\t', columns));
        foreach (Judgment judgment in judgments)
            writer.WriteLine($"{judgment.QueryId}\t{judgment.ProductId}\t{string.Join(',', judgment.Votes!)}\t{(splits.TryGetValue(judgment.QueryId, out Split split) ? DatasetFiles.SplitName(split) : "")}");
    });

    /// <summary>Nothing where there is no such file.</summary>
    internal static List<(Judgment Judgment, Split? Split)> Read(string path, int grades, Func<string, bool> isQuery, Func<string, bool> isProduct, FaultList faults)
    {
        List<(Judgment, Split?)> judged = [];
        if (!File.Exists(path)) return judged;
        using var rows = new TsvTable(path, faults, columns);
        while (rows.Next())
        {
            string query = rows["query_id"], product = rows["product_id"];
            int[] votes = JudgmentTable.Votes(rows["votes"], grades);
            Split? split = rows["split"] switch { "train" => Split.Train, "dev" => Split.Dev, "test" => Split.Test, _ => null };
            if (!isQuery(query) || !isProduct(product)) faults.Add(rows.Where, $"query '{query}' and product '{product}' are not both in the data; write the file anew: attar judge merge");
            else if (votes is []) faults.Add(rows.Where, $"votes '{rows["votes"]}'; expected {grades} whole numbers separated by commas, not all 0; write the file anew: attar judge merge");
            else if (split is null && rows["split"].Length > 0) faults.Add(rows.Where, $"unknown split '{rows["split"]}'; expected train, dev, test or nothing; write the file anew: attar judge merge");
            else judged.Add((new Judgment(query, product, votes.Select((count, grade) => (double)count * grade).Sum() / votes.Sum(), votes), split));
        }
        return judged;
    }

    /// <summary>Two verdicts on one pair: votes add up; a rating whose raters are not known counts as one of them.</summary>
    public static Judgment Sum(Judgment imported, Judgment judged)
    {
        int before = imported.Votes?.Sum() ?? 1, more = judged.Votes!.Sum();
        return imported with
        {
            Rating = (imported.Rating * before + judged.Rating * more) / (before + more),
            Votes = imported.Votes is { } votes ? [.. votes.Zip(judged.Votes!, (a, b) => a + b)] : null,
        };
    }
}
