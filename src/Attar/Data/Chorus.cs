using System.Globalization;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>
/// The Chorus electronics shop: <c>products.tsv</c>, the agreed rating 0 to 3 of each pair in <c>ratings.csv</c>, and the
/// votes of three raters for most of them in <c>individual-ratings.csv</c>. The rating stays the agreed one, so that
/// figures compare with other users of the data; the votes give the soft targets.
/// </summary>
static class Chorus
{
    const int Grades = 4, Raters = 3;
    static readonly GradeScale scale = new([0, 1 / 3d, 2 / 3d, 1], PositiveFrom: 2);

    public static Dataset Import(string folder, IProgressSink progress)
    {
        var faults = new FaultList();
        var builder = new DatasetBuilder(faults);
        using (var rows = new CsvTable(Path.Combine(folder, "products.tsv"), faults, ["id", "title", "brand", "short_description", "attrs"], '\t'))
            while (rows.Next())
                if (!builder.Add(new Product(rows["id"], rows["title"], rows["brand"], Attributes: Filled(rows["attrs"]), Description: rows["short_description"]), rows.Where))
                    faults.Add(rows.Where, $"product '{rows["id"]}' is there already; expected each product once; remove one");
        var votes = ReadVotes(Path.Combine(folder, "individual-ratings.csv"), faults);
        faults.ThrowIfAny();

        int withVotes = 0, pairs = 0;
        using (var rows = new CsvTable(Path.Combine(folder, "ratings.csv"), faults, ["query", "docid", "rating"]))
            while (rows.Next())
            {
                // Every judged product is in the catalogue as published, so a missing one means a damaged copy.
                if (!builder.HasProduct(rows["docid"])) faults.Add(rows.Where, $"unknown product '{rows["docid"]}'; expected a product of products.tsv; fetch both files again");
                else if (ReadGrade(rows, "rating", faults) is { } rating)
                {
                    var cast = votes.GetValueOrDefault((rows["query"], rows["docid"]));
                    builder.Judge(rows["query"], rows["docid"], rating, cast, rows.Where);
                    pairs++;
                    if (cast is not null) withVotes++;
                }
            }
        faults.ThrowIfAny();
        progress.Note($"{withVotes:N0} of {pairs:N0} pairs have the votes of {Raters} raters; every judged product is in the catalogue");
        return builder.Build(scale, progress.Note);
    }

    static Dictionary<(string, string), int[]> ReadVotes(string path, FaultList faults)
    {
        string[] raters = [.. Enumerable.Range(1, Raters).Select(rater => $"agent_{rater}_rating")];
        var votes = new Dictionary<(string, string), int[]>();
        using var rows = new CsvTable(path, faults, ["query", "docid", .. raters]);
        while (rows.Next())
        {
            var counts = new int[Grades];
            foreach (string rater in raters)
                if (ReadGrade(rows, rater, faults) is { } grade) counts[grade]++;
            votes[(rows["query"], rows["docid"])] = counts;
        }
        return votes;
    }

    static int? ReadGrade(CsvTable rows, string column, FaultList faults)
    {
        if (int.TryParse(rows[column], NumberStyles.None, CultureInfo.InvariantCulture, out int grade) && grade < Grades) return grade;
        faults.Add(rows.Where, $"{column} '{rows[column]}'; expected 0, 1, 2 or 3; correct it");
        return null;
    }

    /// <summary>The catalogue lists many attributes without a value (<c>touchscreen=; ...</c>), which only cost tokens.</summary>
    static string Filled(string attributes) => string.Join("; ", attributes.Split("; ").Where(attribute => !attribute.EndsWith('=')));
}
