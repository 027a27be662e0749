using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies.Ablation;

/// <summary>The variants as one self-contained page: a row each, its figures with their differences from the base.</summary>
static class AblationPage
{
    public static void Write(string path, EvaluationResult result, IReadOnlyList<string> verdicts, IReadOnlyList<SeedMean> students, IReadOnlyDictionary<string, JsonObject> variants) =>
        StudyPage.Write(path, "what each choice is worth", result, verdicts, Html.Of($"""
            <h2>Variants and their differences from the base</h2>
            {AblationTable.Draw(result, variants)}
            <p class="quiet">A row is the mean of {students[0].Seeds.Count} students that differ in their seed. Below a figure: the difference from the base, its 95 % interval, the verdict with p, paired by query.</p>
            """), students, "they are not widened for the number of variants: of twenty, one keeps clear of zero by chance alone");
}
