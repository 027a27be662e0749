using System.Globalization;
using Attar.Models.Checkpoints;
using Attar.Tensors.Kernels;

namespace Attar.Evaluation;

/// <summary>Whether fewer bits change an order.</summary>
/// <param name="System">A model in fewer bits.</param>
/// <param name="Exact">The same in float32.</param>
/// <param name="Share">Of a query's product pairs that both order alike, a tie counting half, mean over queries; NaN where no query has two products of different score.</param>
public sealed record SameOrder(string System, string Exact, double Share)
{
    /// <summary>Of each model that was measured both ways.</summary>
    internal static IEnumerable<SameOrder> Of(IReadOnlyList<(NamedSystem Named, SystemScores Measured)> systems)
    {
        foreach (var (named, measured) in systems)
            if (ModelReference.Parse(named.Source) is var model && model.Precision != Precision.Float32)
                foreach (var (exact, scores) in systems.Where(other => other.Named.Source == model.Folder))
                    yield return new(named.Name, exact.Name, Mean(measured.Scores, scores.Scores));
    }

    static double Mean(float[][] found, float[][] wanted) =>
        found.Zip(wanted, (own, exact) => PairAccuracy.Of(own, [.. exact.Select(score => (double)score)])).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    public string Line => string.Create(CultureInfo.InvariantCulture, $"{System} orders {Share:p1} of the product pairs of a query as {Exact} does");
}
