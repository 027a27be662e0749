using System.Text;
using Attar.Data;
using Attar.Evaluation.Audit;
using Attar.Labeling;

namespace Attar.Distillation.Mitigation;

/// <summary>
/// A segment's weight is the share of its labels that are learnt from; in several segments a pair has their product. Which ones, the pair's
/// identifiers decide, so every run leaves out the same. Like a weight in the loss, but what weighs nothing also costs nothing.
/// </summary>
sealed class SegmentWeights : ILabelStep
{
    readonly (Dimension Dimension, Dictionary<string, double> Weights)[] dimensions;

    /// <param name="weights">By <c>dimension=segment</c>.</param>
    public SegmentWeights(Dataset data, IReadOnlyDictionary<string, double> weights)
    {
        var faults = new FaultList();
        foreach (var (segment, weight) in weights)
        {
            if (!segment.Contains('=')) faults.Add("weights", $"'{segment}'; expected a dimension and a segment such as brand=Acme; correct it");
            if (weight is not (>= 0 and <= 1)) faults.Add("weights", FormattableString.Invariant($"{segment} {weight}; expected a share from 0 to 1; to raise a segment lower the others"));
        }
        faults.ThrowIfAny();
        dimensions = [.. weights.GroupBy(weight => weight.Key.Split('=', 2)[0]).Select(own => (
            Segmentation.Named(data, [own.Key], "weights")[0], own.ToDictionary(weight => weight.Key.Split('=', 2)[1], weight => weight.Value)))];
    }

    public Label? Of(Query query, Product product, Label label)
    {
        double weight = 1;
        foreach (var (dimension, weights) in dimensions) weight *= weights.GetValueOrDefault(dimension.Of(query, product), 1);
        return weight >= 1 || Chance(label) < weight ? label : null;
    }

    /// <summary>In [0,1), by FNV-1a of the pair.</summary>
    static double Chance(Label label)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in Encoding.UTF8.GetBytes($"{label.QueryId}\t{label.ProductId}")) hash = (hash ^ b) * 1099511628211;
        return ((hash ^ (hash >> 32)) & 0xFFFFFF) / (double)0x1000000;
    }
}
