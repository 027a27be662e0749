using System.CommandLine;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar quickstart</c>: the whole loop on a generated shop.</summary>
static class QuickstartCommand
{
    const string Resource = "quickstart.json";

    public static Command Create(string verb, string help)
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string[]> set = RecipeCommand.Set();
        var command = new Command(verb, help) { workspace, set };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            Result result = RecipeOutcome.Of(Recipe(parsed.GetValue(set) ?? []), execution);
            Workspace filled = execution.Options.Workspace;
            string report = Path.Combine(filled.Report, "index.html"), where = parsed.GetValue(workspace)! is "workspace" ? "" : " " + parsed.GetValue(workspace);
            result.Json!["report"] = report;
            return result with { Text = $"{result.Text}\n\nReport:      {new Uri(report)}\nSearch page: ./attar serve{where}" };
        }));
        return command;
    }

    /// <summary>The recipe travels inside the program, so it is there in a published folder too.</summary>
    static Recipe Recipe(IReadOnlyList<string> settings)
    {
        using Stream stream = typeof(QuickstartCommand).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return RecipeFile.Parse($"recipes/{Resource}", reader.ReadToEnd(), settings, StageTypes.All);
    }
}
