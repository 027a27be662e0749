namespace Attar.Evaluation.Audit;

/// <summary>What is measured of each segment, and how sure it is: every resample of the queries gives each figure once more.</summary>
static class SegmentAudit
{
    /// <param name="logits">(pairs)</param>
    /// <returns>The figures of all pairs, and of every segment beside the rest of its dimension.</returns>
    public static (Estimate Error, Estimate? OverRecall, double Threshold, IReadOnlyList<SegmentFigures> Segments) Of(SegmentedPairs pairs, double[] logits, int resamples, ulong seed)
    {
        double threshold = Threshold(pairs, logits);
        double[] errors = [.. logits.Select((logit, i) => JudgedScores.Gain(logit) - pairs.Gains[i])];
        var tallies = pairs.Groupings.Select(grouping => new Tally(pairs, grouping, errors, logits, threshold)).ToArray();
        int[] once = [.. Enumerable.Repeat(1, pairs.Queries.Count)];
        double[][] found = [.. tallies.SelectMany(tally => tally.Of(once))]; // (segments, figures)
        double[] whole = tallies.Length > 0 ? tallies[0].Whole : [];

        var drawn = found.Select(figures => figures.Select(_ => new double[resamples]).ToArray()).ToArray(); // (segments, figures, resamples)
        var wholes = whole.Select(_ => new double[resamples]).ToArray();
        foreach (var (r, weights) in Bootstrap.Draws(pairs.Queries.Count, resamples, seed).Index())
        {
            int s = 0;
            foreach (Tally tally in tallies)
                foreach (double[] figures in tally.Of(weights))
                {
                    for (int f = 0; f < figures.Length; f++) drawn[s][f][r] = figures[f];
                    s++;
                }
            for (int f = 0; f < whole.Length; f++) wholes[f][r] = tallies[0].Whole[f];
        }

        double[] errorQ = FalseDiscovery.Adjust([.. found.Select((figures, s) => FalseDiscovery.Normal(figures[1], Deviation(drawn[s][1])))]);
        double[] overQ = FalseDiscovery.Adjust([.. found.Select((figures, s) => FalseDiscovery.Normal(figures[3], Deviation(drawn[s][3])))]);
        var names = tallies.SelectMany(tally => tally.Grouping.Segments.Select((name, segment) => (tally, name, segment)));
        return (Measured(whole[0], wholes[0])!.Value, Measured(whole[1], wholes[1]), threshold,
            [.. names.Select((at, s) => new SegmentFigures(
                at.tally.Grouping.Dimension, at.name, at.tally.Pairs(at.segment), at.tally.Queries(at.segment),
                Measured(found[s][0], drawn[s][0]), Measured(found[s][1], drawn[s][1]), Defined(errorQ[s]),
                Measured(found[s][2], drawn[s][2]), Measured(found[s][3], drawn[s][3]), Defined(overQ[s]),
                Defined(at.tally.Agreement(at.segment, logits))))]);
    }

    /// <summary>The score from which as many pairs lie as people judged relevant; pairs tied at it all count.</summary>
    public static double Threshold(SegmentedPairs pairs, double[] logits)
    {
        int relevant = pairs.Relevant.Count(is_ => is_);
        return relevant == 0 ? double.PositiveInfinity : logits.OrderDescending().ElementAt(relevant - 1);
    }

    static Estimate? Measured(double value, double[] resampled)
    {
        Interval interval = Bootstrap.Percentiles(resampled);
        return double.IsFinite(value) && double.IsFinite(interval.Low) ? new Estimate(value, interval.Low, interval.High) : null;
    }

    static double Deviation(double[] values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length < 2) return double.NaN;
        double mean = finite.Average();
        return Math.Sqrt(finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1));
    }

    static double? Defined(double value) => double.IsFinite(value) ? value : null;

    /// <summary>Sums over the segments of one dimension.</summary>
    sealed class Tally(SegmentedPairs pairs, Grouping grouping, double[] errors, double[] logits, double threshold)
    {
        readonly double[] error = new double[grouping.Segments.Length];
        readonly long[] count = new long[grouping.Segments.Length], irrelevant = new long[grouping.Segments.Length], over = new long[grouping.Segments.Length];

        public Grouping Grouping => grouping;

        /// <summary>Error and over-recall of all pairs, as last counted.</summary>
        public double[] Whole { get; private set; } = [double.NaN, double.NaN];

        public int Pairs(int segment) => grouping.SegmentOf.Count(of => of == segment);

        public int Queries(int segment) => grouping.SegmentOf.Zip(pairs.QueryOf).Where(pair => pair.First == segment).Select(pair => pair.Second).Distinct().Count();

        public double Agreement(int segment, double[] logits)
        {
            int[] own = [.. Enumerable.Range(0, pairs.Count).Where(i => grouping.SegmentOf[i] == segment)];
            return Correlation.Of([.. own.Select(i => JudgedScores.Gain(logits[i]))], [.. own.Select(i => pairs.Gains[i])]);
        }

        /// <param name="weights">(queries)</param>
        /// <returns>(segments) error, its difference to the rest's, over-recall, and its difference.</returns>
        public IEnumerable<double[]> Of(int[] weights)
        {
            Array.Clear(error);
            Array.Clear(count);
            Array.Clear(irrelevant);
            Array.Clear(over);
            for (int i = 0; i < grouping.SegmentOf.Length; i++)
            {
                int weight = weights[pairs.QueryOf[i]], segment = grouping.SegmentOf[i];
                error[segment] += weight * errors[i];
                count[segment] += weight;
                if (pairs.Relevant[i]) continue;
                irrelevant[segment] += weight;
                if (logits[i] >= threshold) over[segment] += weight;
            }
            double allError = error.Sum();
            long all = count.Sum(), allIrrelevant = irrelevant.Sum(), allOver = over.Sum();
            Whole = [allError / all, (double)allOver / allIrrelevant];
            return Enumerable.Range(0, count.Length).Select(s =>
            {
                double ownError = error[s] / count[s], ownOver = (double)over[s] / irrelevant[s];
                return (double[])[ownError, ownError - (allError - error[s]) / (all - count[s]), ownOver, ownOver - (double)(allOver - over[s]) / (allIrrelevant - irrelevant[s])];
            });
        }
    }
}
