using System.Globalization;
using Attar.Online.Statistics;
using Attar.Signals;

namespace Attar.Online.Signals;

/// <summary>A product that a shopper was shown.</summary>
/// <param name="Client">Whose search it was.</param>
/// <param name="Place">From 1.</param>
/// <param name="Score">The model's, a logit.</param>
/// <param name="Values">(columns) NaN where the shop knows none.</param>
/// <param name="Wanted">Whether it was clicked, or what else counts.</param>
public sealed record ShownProduct(string Client, int Place, float Score, double[] Values, bool Wanted);

/// <summary>What a column is worth, in the model's score.</summary>
/// <param name="Plain">Whether it counts as it is; otherwise by log1p.</param>
/// <param name="Centre">The mean of what counts, which stands for missing values.</param>
/// <param name="Low">Of the 95 % interval; a column whose interval holds 0 is not in the formula.</param>
public sealed record SignalWeight(string Column, bool Plain, double Centre, double Weight, double Low, double High)
{
    public bool IsShown => Low > 0 || High < 0;
}

/// <param name="LogLoss">Of the clients held out, a fifth, with the columns; <paramref name="LogLossWithout"/> with score and place alone.</param>
/// <param name="Formula">Null where no column counts.</param>
public sealed record LearntSignals(int Shown, int Wanted, int Clients, IReadOnlyList<SignalWeight> Weights, double LogLoss, double LogLossWithout, string? Formula);

/// <summary>
/// What columns of the catalogue are worth, from what shoppers chose. A product is chosen where it is seen and wanted (the examination
/// hypothesis: Richardson, Dominowska and Ragno, 2007), so the places shown are features too: what stands above is clicked for that
/// alone, and without them a column would be paid for the place that it had.
/// </summary>
public static class SignalLearning
{
    /// <summary>The last place that is learnt from.</summary>
    public const int Deepest = 40;

    const int Fewest = 100, Folds = 5;
    const double Normal = 1.96; // 95 %

    /// <summary>The last place of each band; single places above, where they differ most.</summary>
    static readonly int[] bands = [1, 2, 3, 4, 5, 7, 10, 15, 20, Deepest];

    /// <param name="columns">Of the values, in order.</param>
    /// <exception cref="StageFailedException">when events are too few, or shoppers do not follow the score.</exception>
    public static LearntSignals Of(IReadOnlyList<ShownProduct> all, IReadOnlyList<string> columns)
    {
        ShownProduct[] shown = [.. all.Where(one => one.Place <= Deepest)];
        int wanted = shown.Count(one => one.Wanted);
        RefuseFew(wanted, shown.Length);
        bool[] plain = [.. columns.Select((_, c) => shown.All(one => double.IsNaN(one.Values[c]) || one.Values[c] is 0 or 1))];
        double[] centres = [.. columns.Select((_, c) => shown.Select(one => Counted(one.Values[c], plain[c])).Where(double.IsFinite).DefaultIfEmpty().Average())];
        double[][] rows = [.. shown.Select(one => (double[])[.. bands.Select((last, b) => b == 0 || Band(one.Place) == b ? 1.0 : 0), one.Score, .. columns.Select((_, c) => double.IsFinite(Counted(one.Values[c], plain[c])) ? Counted(one.Values[c], plain[c]) - centres[c] : 0)])];
        bool[] outcomes = [.. shown.Select(one => one.Wanted)];
        Dictionary<string, int> clients = shown.Select(one => one.Client).Distinct().Index().ToDictionary(client => client.Item, client => client.Index);
        int[] clusters = [.. shown.Select(one => clients[one.Client])];
        var fit = LogisticRegression.Fit(rows, outcomes, clusters);
        int score = bands.Length;
        double worth = fit.Weights[score];
        if (!(worth - Normal * fit.ErrorOf(score) > 0))
            throw new StageFailedException(FormattableString.Invariant($"what shoppers choose does not follow the model's score (weight {worth:0.000} ± {Normal * fit.ErrorOf(score):0.000}), so nothing can be weighed against it; let an experiment run longer, or with more than one order"));
        SignalWeight[] weights = [.. columns.Select((column, c) => WeightOf(fit, score, score + 1 + c, column, plain[c], centres[c]))];
        return new LearntSignals(shown.Length, wanted, clients.Count, weights, HeldOut(rows, outcomes, clusters), HeldOut([.. rows.Select(row => row[..(score + 1)])], outcomes, clusters), FormulaOf(weights));
    }

    /// <exception cref="StageFailedException">when so few were chosen that nothing can be learnt.</exception>
    public static void RefuseFew(int wanted, int shown)
    {
        if (wanted < Fewest) throw new StageFailedException($"{wanted} of {shown} products shown were chosen; expected {Fewest} or more: let an experiment run longer");
    }

    static int Band(int place) => Array.FindIndex(bands, last => place <= last);

    static double Counted(double value, bool plain) => plain ? value : double.LogP1(Math.Max(value, 0));

    /// <summary>By the delta method: the quotient of two weights that go together.</summary>
    static SignalWeight WeightOf(LogisticRegression fit, int score, int at, string column, bool plain, double centre)
    {
        double worth = fit.Weights[score], own = fit.Weights[at], quotient = own / worth;
        double variance = (fit.Covariance[at, at] - 2 * quotient * fit.Covariance[at, score] + quotient * quotient * fit.Covariance[score, score]) / (worth * worth);
        double reach = Normal * Math.Sqrt(Math.Max(variance, 0));
        return new SignalWeight(column, plain, centre, quotient, quotient - reach, quotient + reach);
    }

    static double HeldOut(double[][] rows, bool[] outcomes, int[] clusters)
    {
        int[] learnt = [.. Enumerable.Range(0, rows.Length).Where(row => clusters[row] % Folds != 0)], held = [.. Enumerable.Range(0, rows.Length).Where(row => clusters[row] % Folds == 0)];
        if (learnt.Length == 0 || held.Length == 0) return double.NaN;
        return LogisticRegression.Fit([.. learnt.Select(row => rows[row])], [.. learnt.Select(row => outcomes[row])], [.. learnt.Select(row => clusters[row])])
            .LogLoss([.. held.Select(row => rows[row])], [.. held.Select(row => outcomes[row])]);
    }

    static string? FormulaOf(IReadOnlyList<SignalWeight> weights)
    {
        SignalWeight[] shown = [.. weights.Where(weight => weight.IsShown)];
        return shown.Length == 0 ? null : "score" + string.Concat(shown.Select(weight =>
        {
            string missing = Written(weight.Plain ? weight.Centre : Math.Exp(weight.Centre) - 1), value = $"{Formula.NameOf(weight.Column)} ?? {missing}";
            return $" {(weight.Weight < 0 ? '-' : '+')} {Written(Math.Abs(weight.Weight))} * ({(weight.Plain ? value : $"log1p(max({value}, 0))")} - {Written(weight.Centre)})";
        }));
    }

    static string Written(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
