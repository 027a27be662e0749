using Attar.Data;
using Attar.Evaluation.Audit;
using Attar.Labeling;

namespace Attar.Distillation.Mitigation;

/// <summary>Where the teacher's gains do not go with people's, its labels are not learnt from.</summary>
sealed class AgreementFloor : ILabelStep
{
    readonly (Dimension Dimension, HashSet<string> Dropped)[] dimensions;

    /// <param name="least">Correlation of the gains in a segment, at least; segments of few judged pairs are kept.</param>
    public AgreementFloor(JudgedScores judged, IReadOnlyList<Dimension> dimensions, double least)
    {
        double[] promised = [.. judged.Flat.Select(JudgedScores.Gain)], gains = [.. judged.Queries.SelectMany(query => query.Gains)];
        this.dimensions = [.. dimensions.Select(dimension => (dimension, judged.Queries
            .SelectMany(query => query.Products.Select(product => dimension.Of(query.Query, product))).Index()
            .GroupBy(pair => pair.Item, pair => pair.Index).Where(segment => segment.Count() >= Grouping.Fewest)
            .Where(segment => Correlation.Of([.. segment.Select(i => promised[i])], [.. segment.Select(i => gains[i])]) < least)
            .Select(segment => segment.Key).ToHashSet())).Where(dimension => dimension.Item2.Count > 0)];
    }

    /// <summary>As <c>dimension=segment</c>.</summary>
    public IEnumerable<string> Dropped => dimensions.SelectMany(dimension => dimension.Dropped.Select(segment => $"{dimension.Dimension.Name}={segment}"));

    public Label? Of(Query query, Product product, Label label) => dimensions.Any(dimension => dimension.Dropped.Contains(dimension.Dimension.Of(query, product))) ? null : label;
}
