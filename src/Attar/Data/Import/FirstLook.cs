using System.Globalization;
using Attar.Data.Reading;

namespace Attar.Data.Import;

/// <summary>What to know of data before anything is taught by it: how much there is, in which language, and which rows are odd.</summary>
sealed class FirstLook
{
    const int Shown = 80;

    /// <param name="Value">How odd, by its measure.</param>
    readonly record struct Oddity(double Value, string Where, string Text);

    readonly Dictionary<string, Oddity> odd = [];

    /// <summary>Remembers a product's row where it is odder than all before.</summary>
    public void Product(string id, string title, Row row)
    {
        Keep("longest title", title.Length, $"{title.Length:N0} characters");
        if (title.Length > 0) Keep("shortest title", -title.Length, $"{title.Length:N0} characters");
        int signs = 0, foreign = 0, letters = 0, digits = 0;
        foreach (char c in title)
        {
            if (char.IsAsciiLetter(c)) letters++;
            else if (char.IsLetter(c)) foreign++;
            else if (char.IsDigit(c)) digits++;
            else if (!char.IsWhiteSpace(c)) signs++;
        }
        if (signs > 3) Keep("most signs", signs / (double)title.Length, $"{signs} of {title.Length} characters are neither letters nor digits");
        if (digits > 3) Keep("most digits", digits / (double)title.Length, $"{digits} of {title.Length} characters are digits");
        if (foreign > 0 && letters > 0) Keep("most mixed letters", Math.Min(foreign, letters) / (double)title.Length, "letters of more than one kind");

        void Keep(string what, double value, string said)
        {
            if (odd.TryGetValue(what, out Oddity known) && known.Value >= value) return;
            odd[what] = new Oddity(value, row.Where, $"{said}: '{(title.Length > Shown ? title[..Shown] + "..." : title)}'{(id.Length > 0 ? $" ({id})" : "")}");
        }
    }

    public void Tell(Dataset data, Action<string> note)
    {
        if (data.Judgments.Count > 0)
        {
            var counts = data.Judgments.CountBy(judgment => (int)Math.Round(judgment.Rating, MidpointRounding.AwayFromZero)).ToDictionary();
            note("grades: " + string.Join(", ", Enumerable.Range(0, data.Scale.Grades).Select(grade => string.Create(CultureInfo.InvariantCulture, $"{grade} {counts.GetValueOrDefault(grade) / (double)data.Judgments.Count:P0}"))));
        }
        if (data.Queries.Count > 0)
        {
            var words = data.Queries.CountBy(query => Math.Min(QueryKey.Of(query.Text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 6)).OrderBy(entry => entry.Key);
            note("queries by words: " + string.Join(", ", words.Select(entry => $"{entry.Key}{(entry.Key == 6 ? " or more" : "")}: {entry.Value:N0}")));
        }
        if (data.Products.Count > 0) note($"language of the products: {TextLanguage.Of(data.Products).Name}");
        foreach (var (what, oddity) in odd) note($"{what}: {oddity.Where}: {oddity.Text}");
    }
}
