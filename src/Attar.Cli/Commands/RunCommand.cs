using System.CommandLine;

namespace Attar.Cli.Commands;

/// <summary><c>attar run RECIPE</c>: every stage of a recipe that is not up to date.</summary>
static class RunCommand
{
    public static Command Create(string verb, string help)
    {
        Option<bool> adopt = new("--adopt") { Description = "Take what is in the workspace for what the recipe's stages would make, where workspace.json is lost or damaged" };
        return RecipeCommand.Create(verb, help,
            (recipe, execution, parsed) => RecipeOutcome.Of(recipe, execution, parsed.GetValue(adopt)), adopt);
    }
}
