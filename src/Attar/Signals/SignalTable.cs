using System.Text.RegularExpressions;
using Attar.Data;
using Attar.Data.Import;

namespace Attar.Signals;

/// <summary>What the shop knows of its products as numbers: columns that import kept (<see cref="Product.Kept"/>).</summary>
public sealed partial class SignalTable
{
    static readonly Dictionary<string, double> words =
        ((string[])["yes", "true", "in stock", "in_stock", "available"]).Select(word => (word, 1.0))
        .Concat(((string[])["no", "false", "out of stock", "out_of_stock", "sold out", "unavailable"]).Select(word => (word, 0.0))).ToDictionary(StringComparer.OrdinalIgnoreCase);

    readonly Dictionary<string, int> rows;
    readonly double[] values, nothing; // (products, columns)

    SignalTable(Dictionary<string, int> rows, double[] values, int columns)
    {
        (this.rows, this.values) = (rows, values);
        nothing = new double[columns];
        Array.Fill(nothing, double.NaN);
    }

    /// <summary>A product's values in the order of the columns, NaN where it has none.</summary>
    /// <param name="product">Null, or an id that is not known: nothing is known of it.</param>
    public ReadOnlySpan<double> Of(string? product) =>
        product is not null && rows.TryGetValue(product, out int row) ? values.AsSpan(row * nothing.Length, nothing.Length) : nothing;

    /// <param name="where">What asks for the columns, for its faults.</param>
    /// <exception cref="InputException">for columns that no product has, or that hold no numbers.</exception>
    public static SignalTable Of(IReadOnlyCollection<Product> products, IReadOnlyList<string> columns, string where)
    {
        string?[][] texts = [.. products.Select(product => Texts(product, columns))]; // (products, columns)
        var faults = new FaultList();
        double[] values = new double[products.Count * columns.Count];
        Array.Fill(values, double.NaN);
        for (int column = 0; column < columns.Count; column++)
        {
            string[] numerals = [.. texts.Select(row => row[column] is { } text && !words.ContainsKey(text) ? Numeral().Match(text).Value : "").Where(text => text.Length > 0)];
            NumberColumn form = NumberColumn.Of(numerals);
            int read = 0;
            for (int row = 0; row < texts.Length; row++)
            {
                if (texts[row][column] is not { } text) continue;
                double? value = words.TryGetValue(text, out double word) ? word : form.Read(Numeral().Match(text).Value);
                if (value is null) continue;
                values[row * columns.Count + column] = value.Value;
                read++;
            }
            if (form.Fault is { } fault) faults.Add(where, $"column '{columns[column]}': {fault}");
            else if (read > 0) continue;
            else if (texts.Select(row => row[column]).FirstOrDefault(text => text is not null) is { } sample) faults.Add(where, $"column '{columns[column]}' holds no numbers, but such as '{sample}'");
            else faults.Add(where, $"no product has '{columns[column]}'; {Known(products)}");
        }
        faults.ThrowIfAny();
        return new SignalTable(products.Index().ToDictionary(product => product.Item.Id, product => product.Index), values, columns.Count);
    }

    static string?[] Texts(Product product, IReadOnlyList<string> columns)
    {
        string?[] texts = new string?[columns.Count];
        foreach ((string name, string text) in Pairs(product))
            for (int column = 0; column < texts.Length; column++)
                if (columns[column] == name) texts[column] = text;
        return texts;
    }

    static IEnumerable<(string Name, string Text)> Pairs(Product product) => (product.Kept ?? "").Split(';')
        .Select(part => (part, equals: part.IndexOf('='))).Where(pair => pair.equals > 0)
        .Select(pair => (pair.part[..pair.equals].Trim(), pair.part[(pair.equals + 1)..].Trim())).Where(pair => pair.Item2.Length > 0);

    static string Known(IReadOnlyCollection<Product> products) =>
        products.SelectMany(Pairs).Select(pair => pair.Name).Distinct().Take(20).ToArray() is { Length: > 0 } kept ? $"kept are {string.Join(", ", kept)}" : "none were kept: attar import --keep COLUMN,COLUMN keeps them";

    /// <summary>The first number of a text, as «199,00» of «199,00 EUR».</summary>
    [GeneratedRegex(@"[+-]?([0-9.,][0-9.,'’\u00A0\u202F]*[0-9]|[0-9])([eE][+-]?[0-9]+)?")]
    private static partial Regex Numeral();
}
