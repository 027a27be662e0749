using System.Globalization;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>
/// Any flat CSV or tab-separated file of judged pairs. The map says which column is what:
/// <c>query=search_term,product=product_uid,title=product_title,rating=relevance</c>, and if there are such columns
/// <c>brand=…,category=…,attributes=…,description=…</c>. A name alone means a column of that name.
/// </summary>
static class JudgedCsv
{
    static readonly string[] required = ["query", "product", "title", "rating"];
    static readonly string[] optional = ["brand", "category", "attributes", "description"];

    /// <param name="grades">The lowest and highest rating, such as <c>1..3</c>; null to take them from the ratings found.</param>
    public static Dataset Import(string path, string? map, string? grades, IProgressSink progress)
    {
        var columns = ReadMap(map);
        var given = grades is null ? ((int Low, int High)?)null : RatingScale.Parse(grades);
        var faults = new FaultList();
        var pairs = new List<(string Query, string Product, double Rating, string Where)>();
        var builder = new DatasetBuilder(faults);
        char delimiter = File.Exists(path) ? CsvTable.DelimiterOf(path) : ',';
        using (var rows = new CsvTable(path, faults, [.. columns.Values], delimiter))
            while (rows.Next())
            {
                builder.Add(new Product(Field("product"), Field("title"), Field("brand"), Field("category"), Field("attributes"), Field("description")), rows.Where);
                if (!rows.TryNumber(columns["rating"], out double rating)) continue;
                if (rating < given?.Low || rating > given?.High) faults.Add(rows.Where, $"rating {rating} is out of range; expected {given.Value.Low} to {given.Value.High}; correct it, or give other --grades");
                else pairs.Add((Field("query"), Field("product"), rating, rows.Where));

                string Field(string name) => columns.TryGetValue(name, out string? column) ? rows[column] : "";
            }
        if (pairs.Count == 0) faults.Add(path, "no judged pairs; expected at least one row below the header; check the file");
        faults.ThrowIfAny();

        var (low, high) = given ?? RatingScale.Detect(pairs.Select(pair => pair.Rating), path);
        progress.Note($"ratings {low} to {high} are grades 0 to {high - low}{(given is null ? " (found in the file; --grades sets them)" : "")}");
        foreach (var pair in pairs) builder.Judge(pair.Query, pair.Product, pair.Rating - low, votes: null, pair.Where);
        faults.ThrowIfAny();
        return builder.Build(RatingScale.Linear(high - low + 1), progress.Note);
    }

    static Dictionary<string, string> ReadMap(string? map)
    {
        var columns = required.ToDictionary(name => name, name => name);
        foreach (string entry in (map ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            if (!required.Contains(sides[0]) && !optional.Contains(sides[0]))
                throw new InputException("--map", $"unknown field '{sides[0]}'; expected {string.Join(", ", [.. required, .. optional])}; correct it, as in query=search_term,title=name");
            columns[sides[0]] = sides[^1];
        }
        return columns;
    }
}

/// <summary>Which ratings a file of judged pairs uses.</summary>
static class RatingScale
{
    const int MostDetected = 10; // a scale of percentages is not meant as 101 grades

    public static (int Low, int High) Parse(string text)
    {
        string[] ends = text.Split("..");
        if (ends.Length == 2 && int.TryParse(ends[0], CultureInfo.InvariantCulture, out int low) && int.TryParse(ends[1], CultureInfo.InvariantCulture, out int high) && low < high) return (low, high);
        throw new InputException("--grades", $"'{text}' is not a range; expected the lowest and highest rating such as 1..3; correct it");
    }

    /// <summary>From 1 when no rating is below 1, otherwise from 0; up to the highest rating, rounded up.</summary>
    public static (int Low, int High) Detect(IEnumerable<double> ratings, string path)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (double rating in ratings) (least, most) = (Math.Min(least, rating), Math.Max(most, rating));
        int low = least >= 1 ? 1 : 0;
        if (least >= 0 && most > low && most <= low + MostDetected - 1) return (low, (int)Math.Ceiling(most));
        throw new InputException(path, $"ratings from {least} to {most}; expected a scale such as 0..3 or 1..5; say which with --grades");
    }

    /// <summary>Gains that rise evenly; a rating in the upper half counts as relevant.</summary>
    public static GradeScale Linear(int grades) => new([.. Enumerable.Range(0, grades).Select(grade => grade / (grades - 1d))], PositiveFrom: grades / 2d);
}
