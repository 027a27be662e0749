using System.Text.Json;
using Attar.Online.Allocation;
using Attar.Workspaces;

namespace Attar.Online.Experiments;

/// <summary>How an experiment compares its arms.</summary>
public enum ExperimentKind
{
    /// <summary>Each client gets one arm, always the same.</summary>
    Ab,

    /// <summary>Each request gets one list made of both arms' lists.</summary>
    Interleave,
}

/// <summary>One of the rankers compared.</summary>
/// <param name="Name">As reports call it.</param>
/// <param name="Ranker">A served model, one with signals as <c>student+signals</c>, or <c>bm25</c>: the first stage's order as it is.</param>
/// <param name="Weight">Its share of the clients, on any scale; of no effect in interleaving.</param>
public sealed record Arm(string Name, string Ranker, double Weight = 1)
{
    /// <summary>The ranker that leaves the first stage's order as it is.</summary>
    public const string FirstStage = "bm25";
}

/// <summary>From a time on, another share of the clients takes part.</summary>
public sealed record RampStep(DateTimeOffset From, double Traffic);

/// <summary>What halts an arm by itself.</summary>
/// <param name="LatencyMs">The 95th percentile of the arm's time to rank may not be above; 0 = no limit.</param>
/// <param name="Errors">Share of requests that the arm may fail.</param>
/// <param name="Empty">Share of its answers that may be without any product; 1 = no limit.</param>
/// <param name="Least">Requests of the arm before any of these is looked at.</param>
/// <param name="Mismatch">The arms' counts of clients are wrong below this probability, by a test that may be looked at always; 0 = not looked at.</param>
public sealed record GuardRails(double LatencyMs = 0, double Errors = .02, double Empty = 1, int Least = 200, double Mismatch = .001);

/// <summary>Rankers compared by what shoppers do.</summary>
/// <param name="Name">Clients ask for it by this; it is also the salt by which they are divided.</param>
/// <param name="Arms">The first is the control, which serves wherever another cannot.</param>
/// <param name="Traffic">Share of the clients that take part, before any step of the ramp.</param>
/// <param name="Start">Null: since it was first served.</param>
/// <param name="Stop">Null: until it is stopped.</param>
/// <param name="Metric">The action that decides: click, add_to_cart or purchase.</param>
/// <param name="Planned">Size at which the sequential test shall be sharpest, decided beforehand: clients of both arms.</param>
public sealed record Experiment(
    string Name,
    ExperimentKind Kind,
    Arm[] Arms,
    double Traffic = 1,
    DateTimeOffset? Start = null,
    DateTimeOffset? Stop = null,
    RampStep[]? Ramp = null,
    string Metric = "click",
    double Planned = 20_000,
    GuardRails? Guard = null)
{
    public Arm Control => Arms[0];

    public GuardRails Limits => Guard ?? new GuardRails();

    /// <summary>All of it as one text: servers that share a store must agree on it.</summary>
    public string Definition => JsonSerializer.Serialize(this, RecordJson.Options);

    public static Experiment OfDefinition(string text) => JsonSerializer.Deserialize<Experiment>(text, RecordJson.Options)!;

    /// <summary>Whether it runs by its own times.</summary>
    public bool RunsAt(DateTimeOffset now) => (Start is null || Start <= now) && (Stop is null || now < Stop);

    /// <summary>The share of clients that its ramp lets in.</summary>
    public double TrafficAt(DateTimeOffset now) => (Ramp ?? []).Where(step => step.From <= now).OrderBy(step => step.From).LastOrDefault()?.Traffic ?? Traffic;

    /// <summary>The arm of a client by its hash.</summary>
    public Arm ArmOf(string client) => Arms[Assignment.Arm(Name, client, [.. Arms.Select(arm => arm.Weight)])];

    /// <summary>What is wrong with it, sentence by sentence.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Name.Length is 0 or > 64 || !Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')) yield return $"name '{Name}'; expected 1 to 64 letters, digits, '-', '_' and '.'";
        if (Arms.Length < 2) yield return "arms: expected the control and at least one more";
        if (Kind == ExperimentKind.Interleave && Arms.Length > 2) yield return $"arms: found {Arms.Length}; interleaving compares two: make an experiment of each pair";
        foreach (string twice in Arms.CountBy(arm => arm.Name).Where(arm => arm.Value > 1).Select(arm => arm.Key)) yield return $"arms: more than one is named '{twice}'";
        foreach (Arm arm in Arms)
        {
            if (arm.Name.Length is 0 or > 64 || arm.Ranker.Length == 0) yield return "arms: each needs a name of at most 64 characters and a ranker";
            if (!(arm.Weight > 0 && double.IsFinite(arm.Weight))) yield return $"arms: weight {arm.Weight} of '{arm.Name}'; expected a number above 0";
        }
        foreach (double share in (IEnumerable<double>)[Traffic, .. (Ramp ?? []).Select(step => step.Traffic)])
            if (share is not (>= 0 and <= 1)) yield return $"traffic {share}; expected a share from 0 to 1";
        if (Start >= Stop) yield return "stop: is not after start";
        if (!Actions.All.Contains(Metric)) yield return $"metric '{Metric}'; expected one of {string.Join(", ", Actions.All)}";
        if (!(Planned >= 100 && double.IsFinite(Planned))) yield return $"planned {Planned}; expected 100 or more clients";
        if (Limits.LatencyMs < 0 || Limits.Errors is not (>= 0 and <= 1) || Limits.Empty is not (>= 0 and <= 1) || Limits.Least < 1 || Limits.Mismatch is not (>= 0 and < 1))
            yield return "guard: expected latencyMs from 0, errors and empty from 0 to 1, least from 1, mismatch from 0 to below 1";
    }
}
