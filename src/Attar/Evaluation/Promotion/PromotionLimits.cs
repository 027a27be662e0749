namespace Attar.Evaluation.Promotion;

/// <summary>What a model may cost that takes another's place.</summary>
/// <param name="Tolerance">How far NDCG@5 may fall where no difference is shown: what shoppers do not notice.</param>
/// <param name="Fewest">Queries of a segment; with fewer nothing is shown of it.</param>
/// <param name="Loss">A query that loses so much NDCG@5 is a regression.</param>
/// <param name="Regressions">Share of the queries that may be.</param>
/// <param name="Slower">How many times as long as the old one it may take.</param>
/// <param name="Overlap">Share of the first ten products of recent queries that must stay; 0: any may change.</param>
public sealed record PromotionLimits(double Tolerance = .005, int Fewest = 20, double Loss = .3, double Regressions = .05, double Slower = 1.5, double Overlap = 0)
{
    /// <summary>What is wrong with them.</summary>
    public IEnumerable<Fault> Faults()
    {
        foreach ((string name, double value) in ((string, double)[])[("tolerance", Tolerance), ("loss", Loss), ("regressions", Regressions), ("overlap", Overlap)])
            if (value is not (>= 0 and <= 1)) yield return new($"--{name}", $"found {value}; expected a number from 0 to 1");
        if (!(Slower > 0 && double.IsFinite(Slower))) yield return new("--slower", $"found {Slower}; expected a number above 0, such as 1.5");
        if (Fewest < 2) yield return new("--fewest", $"found {Fewest}; expected 2 or more");
    }
}
