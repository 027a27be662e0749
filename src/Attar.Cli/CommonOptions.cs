using System.CommandLine;
using Attar.Workspaces;

namespace Attar.Cli;

/// <summary>What every command takes, and what it means once typed.</summary>
/// <param name="SeedGiven">Null: the recipe's own.</param>
/// <param name="ThreadsGiven">Null: the recipe's own, or as many as there are processors.</param>
sealed record CommonOptions(Workspace Workspace, bool AsJson, ulong? SeedGiven, int? ThreadsGiven)
{
    public const ulong DefaultSeed = 1;

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object on standard output; progress goes to standard error", Recursive = true };

    public static Option<ulong?> Seed { get; } = new("--seed")
    {
        Description = "Seed of every random choice; default: the recipe's, or 1",
        HelpName = "number",
        Recursive = true,
        CustomParser = result => ulong.TryParse(result.Tokens[0].Value, out ulong seed) ? seed : Flag.Refuse<ulong?>(result, "a whole number from 0"),
    };

    public static Option<int?> Threads { get; } = new("--threads")
    {
        Description = "Threads to compute with; default: the recipe's, or one for each processor",
        HelpName = "number",
        Recursive = true,
        CustomParser = result => int.TryParse(result.Tokens[0].Value, out int threads) && threads > 0 ? threads : Flag.Refuse<int?>(result, "a whole number from 1"),
    };

    /// <summary>Of generating, labelling and distilling in rounds.</summary>
    /// <param name="second">What the command does in the second.</param>
    public static Option<int> Round(string second) => Flag.Whole("--round", 1, $"Round of generating, labelling and distilling. 2: {char.ToLowerInvariant(second[0]) + second[1..]}", from: 1);

    /// <summary>A command's last argument; a bare path is the workspace.</summary>
    public static Argument<string> WorkspaceArgument()
    {
        var workspace = Flag.Argument("WORKSPACE", "The folder that holds everything made");
        workspace.DefaultValueFactory = _ => "workspace";
        return workspace;
    }

    /// <param name="workspace">Null for a command that has none.</param>
    public static CommonOptions Read(ParseResult parsed, Argument<string>? workspace = null) => Read(parsed, workspace is null ? "." : parsed.GetValue(workspace)!);

    public static CommonOptions Read(ParseResult parsed, string workspace) => new(new Workspace(workspace), parsed.GetValue(Json), parsed.GetValue(Seed), parsed.GetValue(Threads));
}
