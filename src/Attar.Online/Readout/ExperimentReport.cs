using Attar.Evaluation;
using Attar.Online.Experiments;

namespace Attar.Online.Readout;

/// <summary>What an experiment has shown so far.</summary>
/// <param name="State">running, stopped, ...: a sentence's part for people.</param>
/// <param name="Verdict">What its metric says of the arms after the control, by the test that holds at every look.</param>
/// <param name="Mismatch">Null for interleaving, which divides no clients.</param>
/// <param name="Days">The deciding figure as it stood at the end of each day.</param>
public sealed record ExperimentReport(
    string Name, ExperimentKind Kind, string Metric, string State, string Verdict, DateTimeOffset Begun, DateTimeOffset? Until, int Requests, int Clients,
    IReadOnlyList<ArmReport> Arms, MismatchReport? Mismatch, IReadOnlyList<PreferenceReport> Preferences, IReadOnlyList<DifferenceReport> Differences,
    IReadOnlyList<DayReport> Days, IReadOnlyList<PlaceReport> Places, IReadOnlyList<NeedReport> Needs);

/// <param name="P95">Milliseconds to rank; null where none was measured.</param>
/// <param name="Halted">Why; null while it serves.</param>
public sealed record ArmReport(string Name, string Ranker, int Requests, int Clients, double? P95, string? Halted);

/// <param name="P">Of one look; <paramref name="AlwaysP"/> of any number of looks.</param>
public sealed record MismatchReport(double P, double AlwaysP, bool Alarm);

/// <summary>Which arm interleaved requests prefer.</summary>
/// <param name="Wins">Requests in which the second arm got more of the action; <paramref name="Losses"/>: in which the control did.</param>
/// <param name="Share">Of the decided ones that the second arm won.</param>
/// <param name="Bootstrap">Of the share, drawn by client; for one look.</param>
/// <param name="SignP">For one look.</param>
/// <param name="Always">Of the share; holds at every look, as does <paramref name="AlwaysP"/>.</param>
public sealed record PreferenceReport(string Action, long Wins, long Losses, long Ties, double Share, Interval Bootstrap, double SignP, double AlwaysP, Interval Always, string Verdict);

/// <summary>What an arm changed against the control, client by client.</summary>
/// <param name="Metric">Such as <c>clients with purchase</c>.</param>
/// <param name="Value">Arm less control.</param>
/// <param name="Once">For one look, as is <paramref name="P"/>.</param>
/// <param name="Reduced">With what clients did before taken away; null where nothing is known of before.</param>
public sealed record DifferenceReport(string Arm, string Metric, double Control, double Treatment, double Value, Interval Once, double P, double AlwaysP, Interval Always, string Verdict, ReducedReport? Reduced);

/// <param name="Kept">Share of the variance that is left.</param>
public sealed record ReducedReport(double Kept, double Value, Interval Once, double P, double AlwaysP, Interval Always);

/// <param name="Value">Share of decided requests won, or the difference of the deciding metric, with all days up to this one.</param>
/// <param name="P">The least so far of the test that holds at every look.</param>
public sealed record DayReport(DateOnly Day, string Arm, double Value, Interval Always, double P);

/// <param name="Place">From 1.</param>
public sealed record PlaceReport(int Place, long Shown, long Clicked, double Share, Interval Within);

/// <summary>How much finds an effect in four of five experiments, with one look at the end.</summary>
/// <param name="Effect">Such as <c>1 % more</c>.</param>
/// <param name="Units">Requests in all.</param>
/// <param name="Days">At the pace so far.</param>
public sealed record NeedReport(string Effect, double Units, double Days);
