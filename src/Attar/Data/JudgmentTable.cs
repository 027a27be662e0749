using System.Globalization;

namespace Attar.Data;

/// <summary>Reads <c>judgments.tsv</c> against the products and queries it refers to.</summary>
static class JudgmentTable
{
    public static List<Judgment> Read(string path, int grades, OrderedDictionary<string, Product> products, OrderedDictionary<string, Query> queries, FaultList faults)
    {
        var judgments = new List<Judgment>();
        var lineOf = new Dictionary<(string, string), int>();
        using var rows = new TsvTable(path, faults, "query_id", "product_id", "rating");
        while (rows.Next())
        {
            string queryId = rows["query_id"], productId = rows["product_id"];
            bool sound = true;
            if (!queries.TryGetValue(queryId, out var query)) Refuse($"unknown query '{queryId}'; expected a query of {DatasetFiles.Queries}; add it there or remove the line");
            if (!products.TryGetValue(productId, out var product)) Refuse($"unknown product '{productId}'; expected a product of {DatasetFiles.Products}; add it there or remove the line");
            if (!rows.TryNumber("rating", out double rating)) sound = false;
            else if (rating < 0 || rating > grades - 1) Refuse($"rating {rows["rating"]} is out of range; expected 0 to {grades - 1}; correct it, or the grades of {DatasetFiles.Scale}");
            double truth = 0;
            bool known = rows["truth"].Length > 0;
            if (known && !rows.TryNumber("truth", out truth)) sound = false;
            else if (truth < 0 || truth > grades - 1) Refuse($"truth {rows["truth"]} is out of range; expected 0 to {grades - 1}; correct it");
            int[]? votes = rows["votes"].Length == 0 ? null : Votes(rows["votes"], grades);
            if (votes is []) Refuse($"votes '{rows["votes"]}'; expected {grades} whole numbers separated by commas, one for each grade, not all 0; correct them");
            if (!sound) continue;
            if (lineOf.TryAdd((query!.Id, product!.Id), rows.Line)) judgments.Add(new Judgment(query.Id, product.Id, rating, votes, known ? truth : null));
            else faults.Add(rows.Where, $"query '{queryId}' and product '{productId}' are judged already on line {lineOf[(queryId, productId)]}; expected each pair once; merge them");

            void Refuse(string message)
            {
                faults.Add(rows.Where, message);
                sound = false;
            }
        }
        return judgments;
    }

    /// <summary>K counts, or nothing when the text is not that.</summary>
    internal static int[] Votes(string text, int grades)
    {
        string[] parts = text.Split(',');
        var votes = new int[grades];
        if (parts.Length != grades) return [];
        for (int grade = 0; grade < grades; grade++)
            if (!int.TryParse(parts[grade], NumberStyles.None, CultureInfo.InvariantCulture, out votes[grade])) return [];
        return votes.Any(count => count > 0) ? votes : [];
    }
}
