using Attar.Evaluation;
using Attar.Online.Judging;

namespace Attar.Online.Readout;

/// <summary>How far a task is, whether its raters agree, and what they say of the systems.</summary>
/// <param name="Asked">Items that people are asked about; those judged before are left out.</param>
/// <param name="Answered">Of these, items that as many people answered as shall.</param>
/// <param name="Disputed">Items whose answers differ by more than a grade.</param>
/// <param name="Alpha">Krippendorff's, of people, ordinal; NaN where no two answered one item.</param>
/// <param name="Estimates">Empty where lists are compared, or no query is done.</param>
/// <param name="Preference">Null where products are graded.</param>
public sealed record JudgingReport(
    string Name, JudgingKind Kind, IReadOnlyList<string> Systems, int Asked, int Answered, int Disputed, double Alpha,
    IReadOnlyList<RaterReport> Raters, IReadOnlyList<SystemEstimate> Estimates, ListPreference? Preference);

/// <summary>One rater.</summary>
/// <param name="Again">Items that the rater answered twice without being told.</param>
/// <param name="Same">Share of those answered alike.</param>
/// <param name="Self">Quadratic weighted kappa of the first and the second answers.</param>
/// <param name="Shared">Pairs of answers with other people to the same item.</param>
/// <param name="Kappa">Quadratic weighted kappa over these.</param>
/// <param name="Within">Its 95 % bootstrap interval over queries.</param>
public sealed record RaterReport(string Rater, bool Model, int Answers, int CannotSay, int Again, double Same, double Self, int Shared, double Kappa, Interval Within);

/// <summary>What a system's lists are worth by the queries that are done.</summary>
/// <param name="Dcg">Mean over queries of the gains, discounted by rank, down to the lower depth.</param>
/// <param name="Below">Share of it that lies below the depth down to which all was judged.</param>
public sealed record SystemEstimate(string System, int Queries, double Dcg, Interval Within, double Below);

/// <summary>Which of two systems' lists people prefer, by query: what most of a query's raters say.</summary>
/// <param name="Share">Of the decided queries that the second system won, with Wilson's interval.</param>
/// <param name="P">Exact sign test, for one look that was planned.</param>
/// <param name="Verdict">Of the second over the first: better, worse or not shown.</param>
public sealed record ListPreference(int First, int Alike, int Second, double Share, Interval Within, double P, string Verdict)
{
    /// <summary>Queries that somebody answered.</summary>
    public int Answered => First + Alike + Second;
}
