using System.CommandLine;
using Attar.Recipes;

namespace Attar.Cli.Commands;

/// <summary><c>attar run RECIPE</c>: every stage of a recipe that is not up to date.</summary>
static class RunCommand
{
    public static Command Create()
    {
        Argument<string> recipe = RecipeArgument(), workspace = CommonOptions.WorkspaceArgument();
        Option<string[]> set = SetOption();
        var command = new Command("run", "Run every stage of a recipe; what is up to date is skipped, what was stopped goes on") { recipe, workspace, set };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
            RecipeOutcome.Of(RecipeFile.Read(parsed.GetValue(recipe)!, parsed.GetValue(set) ?? []), execution)));
        return command;
    }

    public static Argument<string> RecipeArgument() => Flag.Argument("RECIPE", "Path of a recipe, such as recipes/quickstart.json");

    public static Option<string[]> SetOption() => new("--set")
    {
        Description = "A variable of the recipe (data=PATH) or an option of one stage (stages.teach.epochs=3); may be repeated",
        HelpName = "key=value",
    };
}
