using System.CommandLine;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary>A command that runs one stage in the workspace, as a recipe of that stage alone would.</summary>
static class StageCommand
{
    /// <param name="before">Arguments that stand before the workspace.</param>
    /// <param name="stage">The stage's record from what was typed.</param>
    public static Command Create(string name, string help, IReadOnlyList<Argument> before, IReadOnlyList<Option> options, Func<ParseResult, Stage> stage)
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        var command = new Command(name, help);
        foreach (Argument argument in before) command.Add(argument);
        command.Add(workspace);
        foreach (Option option in options) command.Add(option);
        command.SetAction(parsed => Run(parsed, workspace, stage(parsed)));
        return command;
    }

    public static int Run(ParseResult parsed, Argument<string> workspace, Stage stage) => Run(parsed, parsed.GetValue(workspace)!, stage);

    public static int Run(ParseResult parsed, string workspace, Stage stage) =>
        Execution.Run(CommonOptions.Read(parsed, workspace), execution => RecipeOutcome.Of(Recipe.Of(stage, CommonOptions.DefaultSeed), execution));
}
