using System.Globalization;
using System.Text.RegularExpressions;

namespace Attar.Models.Heads;

/// <summary>What the classes of a model from elsewhere are worth, by their names: it was trained to tell them apart, and nobody wrote gains beside them.</summary>
public static partial class ClassGains
{
    /// <summary>Words of grades, each list from worthless to best: of judgments at large, of the ESCI data (Reddy et al. 2022), and of editors at search engines.</summary>
    static readonly string[][] scales =
    [
        ["irrelevant", "relevant"], ["not relevant", "relevant"], ["nonrelevant", "relevant"], ["no", "yes"], ["false", "true"], ["negative", "positive"], ["bad", "good"],
        ["irrelevant", "complement", "substitute", "exact"], ["irrelevant", "partial", "exact"], ["irrelevant", "partially relevant", "relevant"],
        ["irrelevant", "somewhat relevant", "highly relevant"], ["irrelevant", "marginally relevant", "relevant", "highly relevant"],
        ["bad", "fair", "good", "excellent"], ["bad", "fair", "good", "excellent", "perfect"],
    ];

    /// <summary>Equal steps from 0 to 1 in the order of the numbers in the names (<c>LABEL_0</c>, <c>grade 3</c>), or of the words.</summary>
    /// <param name="names">By class.</param>
    /// <returns>By class; null where the names have no order.</returns>
    public static double[]? Of(IReadOnlyList<string> names)
    {
        if ((Numbers(names) ?? Places(names)) is not { } ranks) return null;
        int[] order = [.. ranks.Order()];
        return order.Distinct().Count() < names.Count || names.Count < 2 ? null : [.. ranks.Select(rank => Array.IndexOf(order, rank) / (names.Count - 1.0))];
    }

    static int[]? Numbers(IReadOnlyList<string> names)
    {
        string[][] found = [.. names.Select(name => Number().Matches(name).Select(number => number.Value).ToArray())];
        return found.All(numbers => numbers.Length == 1) ? [.. found.Select(numbers => int.Parse(numbers[0], CultureInfo.InvariantCulture))] : null;
    }

    static int[]? Places(IReadOnlyList<string> names)
    {
        string[] words = [.. names.Select(name => Separator().Replace(name.Trim().ToLowerInvariant(), " "))];
        return scales.FirstOrDefault(scale => scale.Length == words.Length && words.All(scale.Contains)) is { } known ? [.. words.Select(word => Array.IndexOf(known, word))] : null;
    }

    [GeneratedRegex(@"\d{1,6}")]
    private static partial Regex Number();

    [GeneratedRegex(@"[\s_-]+")]
    private static partial Regex Separator();
}
