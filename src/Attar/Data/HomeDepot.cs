using System.Globalization;
using System.Text;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>
/// The Home Depot product search relevance data: <c>train.csv</c> (latin-1) with the mean relevance, 1 to 3, that three or
/// more raters gave, and one file by product for brand, color and material.
/// </summary>
static class HomeDepot
{
    /// <summary>Three grades, half a gain each; a mean of 2.5 and more counts as relevant.</summary>
    static readonly GradeScale scale = new([0, 0.5, 1], PositiveFrom: 1.5);

    public static Dataset Import(string folder, IProgressSink progress)
    {
        var faults = new FaultList();
        var brands = ReadByProduct(folder, "brand", faults, progress);
        var colors = ReadByProduct(folder, "color", faults, progress);
        var materials = ReadByProduct(folder, "material", faults, progress);
        var builder = new DatasetBuilder(faults);
        using var rows = new CsvTable(Path.Combine(folder, "train.csv"), faults, ["product_uid", "product_title", "search_term", "relevance"], encoding: Encoding.Latin1);
        while (rows.Next())
        {
            string id = rows["product_uid"];
            string attributes = string.Join("; ", new[] { Attribute("color", colors, id), Attribute("material", materials, id) }.Where(text => text.Length > 0));
            builder.Add(new Product(id, rows["product_title"], brands.GetValueOrDefault(id, ""), Attributes: attributes), rows.Where);
            if (!rows.TryNumber("relevance", out double relevance)) continue;
            if (relevance is < 1 or > 3) faults.Add(rows.Where, $"relevance {rows["relevance"]} is out of range; expected 1 to 3; correct it");
            else builder.Judge(rows["search_term"], id, Math.Round(relevance - 1, 2), votes: null, rows.Where); // rounded: 2.33 - 1 is not 1.33 in floating point
        }
        faults.ThrowIfAny();
        return builder.Build(scale, progress.Note);
    }

    static string Attribute(string name, Dictionary<string, string> values, string id) =>
        values.TryGetValue(id, out string? value) ? $"{name}={value}" : "";

    static Dictionary<string, string> ReadByProduct(string folder, string name, FaultList faults, IProgressSink progress)
    {
        var values = new Dictionary<string, string>();
        string path = Path.Combine(folder, name + ".csv");
        if (!File.Exists(path))
        {
            progress.Note($"{path} is not there; products go without {name}");
            return values;
        }
        using var rows = new CsvTable(path, faults, ["product_uid", name]);
        while (rows.Next()) // the identifiers went through floating point: 100001.0
            if (rows.TryNumber("product_uid", out double id)) values.TryAdd(id.ToString("F0", CultureInfo.InvariantCulture), rows[name].Trim());
        return values;
    }
}
