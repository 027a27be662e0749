using Attar.Models.Heads;

namespace Attar.Evaluation.Audit;

/// <summary>
/// A rising curve from scores to what people's judgments come to (Barlow et al. 1972; Zadrozny and Elkan 2002), from logit to logit.
/// Neighbours that would fall are pooled; between the pools the curve is straight and beyond them it rises by one for one,
/// so that scores that differ still do: plateaus would take order away from a student.
/// </summary>
public sealed class Isotonic
{
    const int Bins = 20, FewestInBin = 25; // a step needs pairs enough that its height is no accident
    const double Floor = .02; // a gain's distance from 0 and 1: beyond it a logit is all noise

    readonly double[] from, to;

    Isotonic(double[] from, double[] to) => (this.from, this.to) = (from, to);

    /// <param name="logits">(pairs) one or more.</param>
    /// <param name="gains">(pairs) as judged.</param>
    public static Isotonic Fit(IReadOnlyList<double> logits, IReadOnlyList<double> gains)
    {
        int n = logits.Count, bins = Math.Clamp(n / FewestInBin, 1, Bins);
        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => logits[i])];
        var pools = new Stack<(double Weight, double Promised, double Judged)>();
        for (int bin = 0; bin < bins; bin++)
        {
            int[] own = order[(n * bin / bins)..(n * (bin + 1) / bins)];
            var pool = (Weight: (double)own.Length, Promised: own.Average(i => JudgedScores.Gain(logits[i])), Judged: Math.Clamp(own.Average(i => gains[i]), Floor, 1 - Floor));
            while (pools.TryPeek(out var last) && (last.Judged >= pool.Judged || last.Promised >= pool.Promised))
            {
                pools.Pop();
                double weight = last.Weight + pool.Weight;
                pool = (weight, (last.Weight * last.Promised + pool.Weight * pool.Promised) / weight, (last.Weight * last.Judged + pool.Weight * pool.Judged) / weight);
            }
            pools.Push(pool);
        }
        return new Isotonic([.. pools.Reverse().Select(pool => GradeHead.Logit(pool.Promised))], [.. pools.Reverse().Select(pool => GradeHead.Logit(pool.Judged))]);
    }

    public double Of(double logit)
    {
        if (logit <= from[0]) return to[0] + logit - from[0];
        if (logit >= from[^1]) return to[^1] + logit - from[^1];
        int above = Array.FindIndex(from, knot => knot > logit); // twenty at most
        double part = (logit - from[above - 1]) / (from[above] - from[above - 1]);
        return to[above - 1] + part * (to[above] - to[above - 1]);
    }
}
