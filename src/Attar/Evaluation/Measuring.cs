namespace Attar.Evaluation;

/// <summary>On what systems are measured, and how surely: the same for a report, for a curve and for a table of variants.</summary>
/// <param name="Split"><c>test</c>, <c>dev</c> or <c>train</c>; <c>all</c> where no judgment was learnt from. Choose on dev; look at test once.</param>
/// <param name="Against"><c>judgments</c> (raters' verdicts) or <c>truth</c> (a generated shop's true grades).</param>
/// <param name="Resamples">Of the bootstrap and the randomization test for metrics per query.</param>
/// <param name="PooledResamples">Of the bootstrap for metrics over all pairs.</param>
public sealed record Measuring(string Split = Measuring.Test, string Against = Measuring.Judgments, int Resamples = Measuring.OfQueries, int PooledResamples = Measuring.OfPairs)
{
    public const string Test = "test", Dev = "dev", Judgments = "judgments";

    /// <summary>So many settle the third digit of an interval's end.</summary>
    public const int OfQueries = 10_000;

    /// <summary>Fewer, for each costs a pass over all pairs.</summary>
    public const int OfPairs = 1_000;

    const int Least = 100;

    /// <summary>Whose queries; null: all.</summary>
    public Data.Split? Queries => Split switch
    {
        Test => Data.Split.Test,
        Dev => Data.Split.Dev,
        "train" => Data.Split.Train,
        _ => null,
    };

    public bool Truth => Against == "truth";

    /// <param name="prefix">Of the options' names, as <c>scaling.</c>.</param>
    public IEnumerable<Fault> Faults(string prefix = "")
    {
        if (Split is not (Test or Dev or "train" or "all")) yield return new($"{prefix}split", $"expected test, dev, train or all, found '{Split}'");
        if (Against is not (Judgments or "truth")) yield return new($"{prefix}against", $"expected judgments or truth, found '{Against}'");
        if (TooFew(Math.Min(Resamples, PooledResamples), prefix) is { } fault) yield return fault;
    }

    public static Fault? TooFew(int resamples, string prefix = "") =>
        resamples < Least ? new($"{prefix}resamples", $"expected {Least} or more, found {resamples}; fewer give no interval") : null;
}
