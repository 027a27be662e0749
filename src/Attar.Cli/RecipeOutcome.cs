using System.Text.Json.Nodes;
using Attar.Cli.Output;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Cli;

/// <summary>Runs a recipe and tells what came of it.</summary>
static class RecipeOutcome
{
    /// <summary>The JSON names the stages that ran and, where the recipe evaluates, carries the figures of <c>report/metrics.json</c>.</summary>
    /// <param name="adopt">As in <see cref="RecipeRunner.Run"/>.</param>
    public static Result Of(Recipe recipe, Execution execution, bool adopt = false)
    {
        StageContext context = execution.ContextFor(recipe);
        IReadOnlyList<string> ran = RecipeRunner.Run(recipe, context, adopt);
        if (!context.Writes) return Result.Said;
        JsonObject? metrics = Evaluates(recipe, context.Workspace) ? RecordedMetrics.Read(context.Workspace) : null;
        var json = new JsonObject
        {
            ["recipe"] = recipe.Name,
            ["workspace"] = context.Workspace.Root,
            ["ran"] = new JsonArray([.. ran.Select(title => JsonValue.Create(title))]),
        };
        foreach (string key in metrics is null ? [] : new[] { "split", "against", "systems", "comparisons", "latency_ms" })
            json[key] = metrics![key]?.DeepClone();
        return new Result(json, metrics is null ? $"{context.Workspace.Root}" : MetricsTable.Of(metrics));
    }

    /// <summary>Figures of an earlier evaluation are not this run's.</summary>
    static bool Evaluates(Recipe recipe, Workspace workspace) =>
        recipe.Stages.Any(stage => stage.Outputs(workspace).Contains(RecordedMetrics.PathIn(workspace)));
}
