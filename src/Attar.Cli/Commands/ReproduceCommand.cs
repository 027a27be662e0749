using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Recipes;

namespace Attar.Cli.Commands;

/// <summary><c>attar reproduce RECIPE</c>: run, then compare with the numbers the recipe expects.</summary>
static class ReproduceCommand
{
    public static Command Create(string verb, string help) => RecipeCommand.Create(verb, help, (recipe, execution, _) => Compare(recipe, execution));

    static Result Compare(Recipe recipe, Execution execution)
    {
        if (recipe.Expected.Count == 0) throw new InputException(recipe.Name, "expects no numbers; add \"expected\": [{\"metric\", \"value\", \"tolerance\"}], or use attar run");
        Result ran = RecipeOutcome.Of(recipe, execution);
        JsonObject metrics = RecordedMetrics.Read(execution.Options.Workspace) ?? [];
        ExpectedOutcome[] outcomes = [.. recipe.Expected.Select(expected => expected.Check(metrics))];
        ran.Json!["expected"] = JsonSerializer.SerializeToNode(outcomes.Select(outcome => new
        {
            metric = outcome.Expected.Metric,
            expected = outcome.Expected.Value,
            tolerance = outcome.Expected.Tolerance,
            measured = outcome.Measured,
            met = outcome.Met,
        }));
        return ran with
        {
            Text = string.Join('\n', [ran.Text, "", .. outcomes.Select(outcome => outcome.ToString())]),
            ExitCode = outcomes.All(outcome => outcome.Met) ? 0 : 1,
        };
    }
}
