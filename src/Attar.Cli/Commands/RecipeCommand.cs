using System.CommandLine;
using Attar.Recipes;

namespace Attar.Cli.Commands;

/// <summary>What every command shares that runs a recipe: what it is given, and that nothing leaves this machine before a person agreed.</summary>
static class RecipeCommand
{
    /// <param name="more">Options of this command alone.</param>
    /// <param name="body">Runs the recipe.</param>
    public static Command Create(string name, string description, Func<Recipe, Execution, ParseResult, Result> body, params Option[] more)
    {
        Argument<string> path = Flag.Argument("RECIPE", "Path of a recipe, such as recipes/quickstart.json"), workspace = CommonOptions.WorkspaceArgument();
        Option<string[]> set = Set();
        Option<bool> allow = new("--allow-endpoints") { Description = "Let the recipe send the shop's texts to the servers it names, without asking" };
        var command = new Command(name, description) { path, workspace, set };
        foreach (Option option in more) command.Add(option);
        command.Add(allow);
        command.SetAction(parsed =>
        {
            Recipe? recipe = null;
            return Execution.Run(CommonOptions.Read(parsed, workspace), execution => body(recipe!, execution, parsed), first: () =>
            {
                recipe = RecipeFile.Read(parsed.GetValue(path)!, parsed.GetValue(set) ?? []);
                if (!parsed.GetValue(allow)) Ask(parsed.GetValue(path)!, RecipeConsent.Sent(recipe, Environment.GetEnvironmentVariable));
            });
        });
        return command;
    }

    public static Option<string[]> Set() => new("--set") { Description = "A variable of the recipe (data=PATH) or an option of one stage (stages.teach.epochs=3); may be repeated", HelpName = "key=value" };

    /// <exception cref="InputException">Nobody says yes.</exception>
    static void Ask(string recipe, IReadOnlyList<string> sent)
    {
        if (sent.Count == 0) return;
        foreach (string line in sent) Console.Error.WriteLine(line);
        if (!Console.IsInputRedirected)
        {
            Console.Error.Write("go on? [y/N] ");
            if (Console.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES") return;
        }
        throw new InputException(recipe, "asks servers, as shown above; read it, then run it with --allow-endpoints");
    }
}
