namespace Attar.Evaluation.Report;

/// <summary>What the comparisons come to, in words.</summary>
public static class Verdicts
{
    const string Decisive = "ndcg@5";

    /// <summary>One sentence about the student and the baseline, by NDCG@5.</summary>
    public static Html Headline(EvaluationResult result)
    {
        Comparison? comparison = Student(result).FirstOrDefault(c => c.Metric == Decisive) ?? result.Comparisons.FirstOrDefault(c => c.Metric == Decisive);
        return comparison is null ? default : Html.Of($"""<p class="headline">{InWords(comparison)}</p>""");
    }

    /// <summary>A line for the student against each other system: on which metrics it is better, worse, or neither is shown.</summary>
    public static Html Claims(EvaluationResult result) => Html.Of($"""
        <ul class="claims">{Student(result).GroupBy(c => c.B).Select(group => Html.Of($"<li>student against {group.Key}: {Html.Join("; ", group.GroupBy(c => c.Verdict).Select(Claim))}</li>"))}</ul>
        """);

    /// <summary><c>student beats bm25: shown on NDCG@5 (+.0123, 95 % interval +.0101 to +.0150)</c>.</summary>
    public static string InWords(Comparison c)
    {
        string on = $"on {Metrics.TitleOf(c.Metric)} ({ResultTable.Signed(c.Difference)}, 95 % interval {ResultTable.Signed(c.Low)} to {ResultTable.Signed(c.High)})";
        return c.Verdict switch
        {
            Comparison.Better => $"{c.A} beats {c.B}: shown {on}",
            Comparison.Worse => $"{c.A} is worse than {c.B}: shown {on}",
            _ => $"{c.A} beats {c.B}: not shown {on}",
        };
    }

    internal static string CssClass(Comparison c) => c.Verdict == Comparison.NotShown ? "not" : c.Verdict;

    static IEnumerable<Comparison> Student(EvaluationResult result) =>
        result.Comparisons.Where(c => c.A == "student").OrderBy(c => result.Systems.TakeWhile(system => system.Name != c.B).Count());

    static Html Claim(IGrouping<string, Comparison> claim) =>
        Html.Of($"""<span class="{CssClass(claim.First())}">{(claim.Key == Comparison.NotShown ? "difference not shown" : claim.Key)}</span> on {string.Join(", ", claim.Select(c => Metrics.TitleOf(c.Metric)))}""");
}
