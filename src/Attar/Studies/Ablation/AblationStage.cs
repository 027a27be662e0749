using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Distillation;
using Attar.Evaluation;
using Attar.Workspaces;

namespace Attar.Studies.Ablation;

/// <summary>
/// What each choice in training a student is worth: variants that change single options of a base, several seeds each, one table of their
/// differences from it.
/// </summary>
/// <param name="Variants">By name, the options that differ: merged into the base as JSON Merge Patch does (RFC 7396), so that options within options can be named alone, and null stands for the default.</param>
/// <param name="Base">What the variants are variants of.</param>
/// <param name="Split">Choosing happens on dev.</param>
public sealed record AblationStage(
    Dictionary<string, JsonObject> Variants,
    DistillStage? Base = null,
    ulong[]? Seeds = null,
    string Metric = "ndcg@5",
    string Split = Measuring.Dev,
    string Against = Measuring.Judgments,
    int Resamples = Measuring.OfQueries,
    int PooledResamples = Measuring.OfPairs) : StudyStage(Seeds, Metric, Split, Against, Resamples, PooledResamples)
{
    public override string Title => "ablation";

    /// <exception cref="InputException">for variants that are none: unknown options, nothing changed, two with one folder.</exception>
    internal override IEnumerable<Learner> Students
    {
        get
        {
            DistillStage own = Base ?? new DistillStage();
            var faults = new FaultList();
            List<Learner> students = [new("base", own)];
            JsonObject options = OptionsOf(own);
            foreach (var (name, patch) in Variants)
            {
                string where = $"ablation.variants.{name}";
                if (patch.ContainsKey("student") || patch.ContainsKey("seed")) faults.Add(where, "student and seed are given by the stage; leave them out");
                else if (students.Any(student => Slug(student.Name) == Slug(name)) || Slug(name).Length == 0) faults.Add(where, "expected a name of letters or digits that no other variant has, nor 'base'; rename it");
                else if (RecordJson.Read(Patched(options, patch), typeof(DistillStage), where, faults) is DistillStage stage)
                    if (JsonNode.DeepEquals(OptionsOf(stage), options)) faults.Add(where, "is the base itself; name an option that differs, or leave the variant out");
                    else students.Add(new(name, stage));
            }
            if (Variants.Count == 0) faults.Add("ablation.variants", "none; expected one or more, such as {\"pointwise\": {\"loss\": \"mse\"}}; correct the recipe");
            faults.ThrowIfAny();
            return students;
        }
    }

    internal override void Report(Measurement measurement, IReadOnlyList<SeedMean> students)
    {
        SeedMean own = students[0];
        EvaluationResult result = measurement.Write(students.Select(student => student.Mean), students.Skip(1).SelectMany(variant => measurement.Compare(variant.Mean, own.Mean)));
        Comparison[] decisive = [.. result.Comparisons.Where(c => c.Metric == Metric).OrderByDescending(c => c.Verdict != Comparison.NotShown).ThenByDescending(c => c.Difference)];
        string[] verdicts = [Summary(decisive), .. decisive.Select(Evaluation.Report.Verdicts.InWords)];
        AblationPage.Write(measurement.Page, result, verdicts, students, Variants);
        foreach (string verdict in verdicts) measurement.Context.Progress.Note(verdict);
    }

    /// <summary><c>On NDCG@5 better than the base: hard targets; worse: none; no difference shown: 11 of 12</c>.</summary>
    string Summary(Comparison[] comparisons)
    {
        string Named(string verdict) => string.Join(", ", comparisons.Where(c => c.Verdict == verdict).Select(c => c.A).DefaultIfEmpty("none"));
        return $"On {Metrics.TitleOf(Metric)} better than the base: {Named(Comparison.Better)}; worse: {Named(Comparison.Worse)}; no difference shown: {comparisons.Count(c => c.Verdict == Comparison.NotShown)} of {comparisons.Length}";
    }

    static JsonObject OptionsOf(DistillStage stage) => JsonSerializer.SerializeToNode(stage, RecordJson.Options)!.AsObject();

    /// <summary>A copy with the members of another: null removes one, an object goes into an object, anything else takes its place.</summary>
    static JsonObject Patched(JsonObject target, JsonObject patch)
    {
        var patched = (JsonObject)target.DeepClone();
        foreach (var (key, value) in patch)
            if (value is null) patched.Remove(key);
            else patched[key] = value is JsonObject inner ? Patched(patched[key] as JsonObject ?? [], inner) : value.DeepClone();
        return patched;
    }
}
