using System.Text.Json.Nodes;
using Attar.Distillation;
using Attar.Studies.Ablation;
using Attar.Training;

namespace Attar.Tests.Studies;

public class AblationStageTests
{
    static readonly DistillStage Base = new(From: "student-pretrained", Pairs: 1000, Training: new TrainingOptions(Epochs: 3));

    static AblationStage Of(params (string Name, string Options)[] variants) =>
        new(variants.ToDictionary(variant => variant.Name, variant => JsonNode.Parse(variant.Options)!.AsObject()), Base, [5, 6]);

    [Fact]
    public void Variants_change_single_options_and_keep_the_rest()
    {
        AblationStage stage = Of(("Group of 16", """{ "group": 16 }"""), ("slow", """{ "from": null, "training": { "learningRate": 0.0001 } }"""));
        DistillStage[] students = [.. stage.Before.Cast<DistillStage>()];
        Assert.Equal(["base-seed5", "base-seed6", "group-of-16-seed5", "group-of-16-seed6", "slow-seed5", "slow-seed6"], students.Select(student => student.Student["ablation/".Length..]));
        Assert.Equal(Base with { Student = "ablation/base-seed5", Seed = 5 }, students[0]);
        Assert.Equal(Base with { Student = "ablation/group-of-16-seed6", Seed = 6, Group = 16 }, students[3]);
        Assert.Equal(Base with { Student = "ablation/slow-seed5", Seed = 5, From = null, Training = Base.Training! with { LearningRate = .0001f } }, students[4]);
        Assert.Equal("dev", stage.Split);
    }

    [Fact]
    public void Every_fault_of_the_variants_is_told_at_once()
    {
        string[] faults = FaultsOf(Of(
            ("a", """{ "lose": "mse" }"""), ("b", """{ "group": "many" }"""), ("c", """{ "group": 8, "training": { "epochs": 3 } }"""), ("d", """{ "shape": null }"""),
            ("e", """{ "seed": 3 }"""), ("base", """{ "group": 4 }"""), ("f g", """{ "group": 4 }"""), ("F-G", """{ "group": 4 }"""), ("?", """{ "group": 4 }""")));
        Assert.Equal(["a", "b", "c", "d", "e", "base", "F-G", "?"], faults.Select(fault => fault["ablation.variants.".Length..fault.IndexOf(": ", StringComparison.Ordinal)]));
        Assert.Contains("$.lose: unknown key; known: student, learn", faults[0]);
        Assert.Contains("$.group: found \"many\"; expected a whole number", faults[1]);
        Assert.Contains("is the base itself", faults[2]);
        Assert.Contains("is the base itself", faults[3]);
        Assert.Contains("given by the stage", faults[4]);
        Assert.Contains("no other variant has", faults[6]);
    }

    [Fact]
    public void An_ablation_of_nothing_or_with_a_wrong_seed_or_metric_is_refused()
    {
        Assert.Contains("expected one or more", Assert.Single(FaultsOf(Of())));
        AblationStage sound = Of(("a", """{ "group": 4 }"""));
        Assert.StartsWith("ablation.seeds: 1, 1; expected one or more seeds, each once", Assert.Single(FaultsOf(sound with { Seeds = [1, 1] })));
        Assert.StartsWith("ablation.metric: 'ndcg'; expected one of ndcg@5", Assert.Single(FaultsOf(sound with { Metric = "ndcg" })));
    }

    static string[] FaultsOf(AblationStage stage) => [.. Assert.Throws<InputException>(() => stage.Before.Count()).Faults.Select(fault => fault.ToString())];
}
