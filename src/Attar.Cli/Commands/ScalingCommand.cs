using System.CommandLine;
using Attar.Recipes;
using Attar.Studies.Scaling;

namespace Attar.Cli.Commands;

/// <summary><c>attar scaling RECIPE</c>: students from more and more labels, and what that brought.</summary>
static class ScalingCommand
{
    public static Command Create(string verb, string help) => RecipeCommand.Create(verb, help, (recipe, execution, _) => Draw(recipe, execution));

    static Result Draw(Recipe recipe, Execution execution)
    {
        if (!recipe.Stages.OfType<ScalingStage>().Any())
            throw new InputException(recipe.Name, "has no stage \"scaling\"; add {\"stage\": \"scaling\", \"pairs\": [10000, 30000, 100000]} behind \"label\", or take recipes/home-depot-scaling.json");
        Result ran = RecipeOutcome.Of(recipe, execution);
        return ran with { Text = $"{ran.Text}\nThe curve: {Path.Combine(execution.Options.Workspace.Report, "index.html")}" };
    }
}
