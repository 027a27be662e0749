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
        Option<bool> adopt = new("--adopt") { Description = "Take what is in the workspace for what the recipe's stages would make, where workspace.json is lost or damaged" };
        Option<bool> allow = new("--allow-endpoints") { Description = "Let the recipe send the shop's texts to the servers it names, without asking" };
        var command = new Command("run", "Run every stage of a recipe; what is up to date is skipped, what was stopped goes on") { recipe, workspace, set, adopt, allow };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            Recipe read = RecipeFile.Read(parsed.GetValue(recipe)!, parsed.GetValue(set) ?? []);
            if (!parsed.GetValue(allow)) Ask(parsed.GetValue(recipe)!, RecipeConsent.Sent(read), execution.Progress.Note);
            return RecipeOutcome.Of(read, execution, parsed.GetValue(adopt));
        }));
        return command;
    }

    /// <exception cref="InputException">Nobody says yes.</exception>
    static void Ask(string recipe, IReadOnlyList<string> sent, Action<string> note)
    {
        if (sent.Count == 0) return;
        foreach (string line in sent) note(line);
        if (!Console.IsInputRedirected)
        {
            Console.Error.Write("go on? [y/N] ");
            if (Console.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES") return;
        }
        throw new InputException(recipe, "asks servers, as shown above; read it, then run it with --allow-endpoints");
    }

    public static Argument<string> RecipeArgument() => Flag.Argument("RECIPE", "Path of a recipe, such as recipes/quickstart.json");

    public static Option<string[]> SetOption() => new("--set")
    {
        Description = "A variable of the recipe (data=PATH) or an option of one stage (stages.teach.epochs=3); may be repeated",
        HelpName = "key=value",
    };
}
