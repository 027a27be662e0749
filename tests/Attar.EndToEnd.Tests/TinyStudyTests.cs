using System.Text.Json.Nodes;

namespace Attar.EndToEnd.Tests;

/// <summary>Students compared with each other: curves and ablations.</summary>
public sealed class TinyStudyTests : IDisposable
{
    readonly AttarProcess attar = new();

    [Fact]
    public void Scaling_trains_each_size_and_seed_once_and_draws_the_curve()
    {
        attar.Write("scaling.json", Recipe(60, 120));
        Printed printed = attar.Run("scaling", "scaling.json", "curve", "--json");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal(["bm25", "teacher", "student-human", "student-60", "student-120"], printed.Json["systems"]!.AsArray().Select(system => (string?)system!["name"]));
        Assert.Equal(6, printed.Json["ran"]!.AsArray().Count(title => ((string)title!).StartsWith("distill scaling/", StringComparison.Ordinal)));
        string page = File.ReadAllText(attar.PathOf("curve", "report", "index.html"));
        Assert.Matches("student-120 (beats|is worse than) student-60", page);
        Assert.Contains("student-60, seed 2", page);

        attar.Write("scaling.json", Recipe(60, 120, 180));
        Assert.Equal(["distill scaling/student-180-seed1", "distill scaling/student-180-seed2", "scaling"], attar.Run("scaling", "scaling.json", "curve", "--json").Json["ran"]!.AsArray().Select(title => (string)title!));

        attar.Write("scaling.json", Judged(Recipe(60, 120)));
        Printed judged = attar.Run("scaling", "scaling.json", "curve", "--json");
        Assert.Equal(["60-judged-seed1", "60-judged-seed2", "120-judged-seed1", "120-judged-seed2"], judged.Json["ran"]!.AsArray().SkipLast(1).Select(title => ((string)title!).Replace("distill scaling/student-", "")));
        string[] compared = [.. judged.Json["comparisons"]!.AsArray().Select(c => $"{c!["a"]} - {c["b"]}").Distinct()];
        Assert.Equal(6, compared.Count(pair => pair.StartsWith("student-120-judged - ", StringComparison.Ordinal)));
        Assert.DoesNotContain("student-120 - student-120-judged", compared);

        attar.Write("scaling.json", TinyRecipe.Ending("""
            { "stage": "scaling", "pairs": [60, 120], "seeds": [1, 2], "resamples": 200, "pooledResamples": 100, "teacher": "scaling/student-60-seed1+scaling/student-60-seed2",
              "student": { "from": "student-pretrained", "training": { "epochs": 1 } } }
            """));
        JsonArray without = attar.Run("scaling", "scaling.json", "curve", "--json").Json["systems"]!.AsArray();
        Assert.Equal(["bm25", "teacher", "student-60", "student-120"], without.Select(system => (string?)system!["name"]));
        Assert.NotEqual((double)printed.Json["systems"]![1]!["auc"]!, (double)without[1]!["auc"]!);

        attar.Write("scaling.json", Recipe(60, 1_000_000));
        Assert.Contains("1,000,000 were asked for; generate and label more", attar.Run("scaling", "scaling.json", "curve").Error);
        attar.Write("scaling.json", Recipe(60));
        Assert.Contains("expected two or more sizes", attar.Run("scaling", "scaling.json", "curve").Error);
        attar.Write("tiny.json", TinyRecipe.Json);
        Assert.Contains("has no stage \"scaling\"", attar.Run("scaling", "tiny.json", "curve").Error);

        static string Judged(string recipe)
        {
            JsonNode judged = JsonNode.Parse(recipe)!;
            judged["stages"]!.AsArray()[^1]!["judged"] = JsonNode.Parse("""{ "loss": "soft-bce", "training": { "epochs": 1 } }""");
            return judged.ToJsonString();
        }

        static string Recipe(params int[] pairs) => TinyRecipe.Ending($$"""
            { "stage": "scaling", "pairs": [{{string.Join(", ", pairs)}}], "seeds": [1, 2], "resamples": 200, "pooledResamples": 100,
              "student": { "from": "student-pretrained", "training": { "epochs": 1 } }, "human": { "from": "student-pretrained", "loss": "soft-bce", "training": { "epochs": 1 } } }
            """);
    }

    [Fact]
    public void Ablation_compares_each_variant_with_the_base_on_dev()
    {
        attar.Write("ablation.json", Recipe("""{ "pointwise MSE": { "loss": "mse" }, "from nothing": { "from": null, "training": { "learningRate": 0.002 } } }"""));
        Printed printed = attar.Run("run", "ablation.json", "ablated", "--json");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal("dev", (string?)printed.Json["split"]);
        Assert.Equal(["base", "pointwise MSE", "from nothing"], printed.Json["systems"]!.AsArray().Select(system => (string?)system!["name"]));
        Assert.Equal(["pointwise MSE - base", "from nothing - base"], printed.Json["comparisons"]!.AsArray().Select(c => $"{c!["a"]} - {c["b"]}").Distinct());
        Assert.Equal(
            ["distill ablation/base-seed1", "distill ablation/base-seed2", "distill ablation/pointwise-mse-seed1", "distill ablation/pointwise-mse-seed2", "distill ablation/from-nothing-seed1", "distill ablation/from-nothing-seed2", "ablation"],
            printed.Json["ran"]!.AsArray().Select(title => (string)title!).SkipWhile(title => title != "label").Skip(1));
        string page = File.ReadAllText(attar.PathOf("ablated", "report", "index.html"));
        Assert.Matches("pointwise MSE (beats|is worse than) base", page);
        Assert.Contains("from nothing, seed 2", page);
        Assert.Matches("On NDCG@5 better than the base: .*; worse: .*; no difference shown: [012] of 2", page);

        attar.Write("ablation.json", Recipe("""{ "pointwise MSE": { "loss": "mse" }, "hard targets": { "hardTargets": true, "humanWeight": 0.5 } }"""));
        Printed again = attar.Run("run", "ablation.json", "ablated");
        Assert.Contains("hard targets - base", again.Out);
        Assert.Equal(3, again.ErrorLines.Count(line => line.Contains(": done in", StringComparison.Ordinal)));

        static string Recipe(string variants) => TinyRecipe.Ending($$"""
            { "stage": "ablation", "seeds": [1, 2], "resamples": 200, "pooledResamples": 100, "base": { "from": "student-pretrained", "pairs": 150, "training": { "epochs": 1 } }, "variants": {{variants}} }
            """);
    }

    public void Dispose() => attar.Dispose();
}
