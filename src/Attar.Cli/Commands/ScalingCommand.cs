using System.CommandLine;
using Attar.Recipes;
using Attar.Studies.Scaling;

namespace Attar.Cli.Commands;

/// <summary><c>attar scaling RECIPE</c>: students from more and more labels, and what that brought.</summary>
static class ScalingCommand
{
    public static Command Create()
    {
        Argument<string> recipe = RunCommand.RecipeArgument(), workspace = CommonOptions.WorkspaceArgument();
        Option<string[]> set = RunCommand.SetOption();
        var command = new Command("scaling", "Run a recipe that trains students from more and more labels, and draw the curve: report/index.html") { recipe, workspace, set };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            Recipe read = RecipeFile.Read(parsed.GetValue(recipe)!, parsed.GetValue(set) ?? []);
            if (!read.Stages.OfType<ScalingStage>().Any())
                throw new InputException(read.Name, "has no stage \"scaling\"; add {\"stage\": \"scaling\", \"pairs\": [10000, 30000, 100000]} behind \"label\", or take recipes/home-depot-scaling.json");
            Result ran = RecipeOutcome.Of(read, execution);
            return ran with { Text = $"{ran.Text}\nThe curve: {Path.Combine(execution.Options.Workspace.Report, "index.html")}" };
        }));
        return command;
    }
}
