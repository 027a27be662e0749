using System.Text.Json.Nodes;

namespace Attar.EndToEnd.Tests;

/// <summary>Every stage of the pipeline on a shop of 200 products, in seconds; checkpoints are so frequent that a kill finds one.</summary>
static class TinyRecipe
{
    public static readonly string[] Systems = ["bm25", "teacher", "student-human", "student"];

    public const string Json = """
        {
          "name": "tiny",
          "variables": { "checkpoints": 0.05 },
          "seed": 3,
          "threads": 1,
          "stages": [
            { "stage": "import", "format": "generated", "shop": { "products": 200, "queries": 60, "judgedTrainQueries": 20, "judgedPerQuery": 8 } },
            { "stage": "tokenizer", "vocabulary": 400 },
            { "stage": "pretrain", "model": "teacher", "teacher": { "layers": 1, "hidden": 16, "heads": 2, "keyHeads": 1, "intermediate": 32 },
              "training": { "epochs": 1, "batchTokens": 256, "checkpointSeconds": "${checkpoints}" } },
            { "stage": "pretrain", "model": "student", "student": { "layers": 1, "hidden": 16, "heads": 2, "intermediate": 32 },
              "training": { "epochs": 1, "batchTokens": 256, "checkpointSeconds": "${checkpoints}" } },
            { "stage": "teach", "from": "teacher-pretrained", "training": { "epochs": 2, "batchTokens": 256, "checkpointSeconds": "${checkpoints}" } },
            { "stage": "distill", "student": "student-human", "learn": "judgments", "from": "student-pretrained",
              "training": { "epochs": 2, "batchTokens": 256, "checkpointSeconds": "${checkpoints}" } },
            { "stage": "generate", "perQuery": 10 },
            { "stage": "label" },
            { "stage": "distill", "student": "student", "from": "student-pretrained", "training": { "epochs": 2, "batchTokens": 256, "checkpointSeconds": "${checkpoints}" } },
            { "stage": "evaluate", "against": "truth", "resamples": 200, "pooledResamples": 100 }
          ]
        }
        """;

    /// <summary>The recipe up to the labels, and then one stage.</summary>
    public static string Ending(string stage)
    {
        JsonNode recipe = JsonNode.Parse(Json)!;
        JsonArray stages = recipe["stages"]!.AsArray();
        foreach (JsonNode other in stages.Where(other => (string?)other!["stage"] is "distill" or "evaluate").ToArray()!) stages.Remove(other);
        stages.Add(JsonNode.Parse(stage));
        return recipe.ToJsonString();
    }

    /// <summary>Two rounds of generating, labelling and distilling.</summary>
    public static string Rounds()
    {
        JsonNode recipe = JsonNode.Parse(Ending("""{ "stage": "distill", "student": "student-1", "from": "student-pretrained", "training": { "epochs": 1 } }"""))!;
        JsonNode later = JsonNode.Parse("""
            [
              { "stage": "generate", "round": 2, "perQuery": 4, "model": "student-1", "modelShare": 1, "topShare": 0, "middleShare": 0, "deepShare": 0, "categoryShare": 0, "brandShare": 0, "swapShare": 0, "randomShare": 0 },
              { "stage": "label", "round": 2 },
              { "stage": "distill", "round": 2, "from": "student-pretrained", "training": { "epochs": 1 } },
              { "stage": "evaluate", "systems": ["bm25", "teacher", "student-1", "student"], "against": "truth", "resamples": 200, "pooledResamples": 100 }
            ]
            """)!;
        foreach (JsonNode? stage in later.AsArray()) recipe["stages"]!.AsArray().Add(stage!.DeepClone());
        return recipe.ToJsonString();
    }

    /// <summary>The files that must come out the same, whatever happened on the way.</summary>
    public static readonly string[] Results =
        ["labels/labels-00000.tsv", "teacher/attar/model.safetensors", "student/attar/model.safetensors", "student-human/attar/model.safetensors", .. Systems.Select(name => $"runs/{name}.run")];
}
