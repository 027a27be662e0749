using System.CommandLine;
using Attar.Data;
using Attar.Data.Shop;

namespace Attar.Cli.Commands;

/// <summary><c>attar import FORMAT PATH</c>: a judged catalogue into <c>data/</c>, or a generated one.</summary>
static class ImportCommand
{
    const string Generated = "generated";

    public static Command Create()
    {
        var shop = new ShopOptions();
        Argument<string> format = Flag.Argument("FORMAT", "home-depot, chorus, csv or generated");
        Argument<string> path = Flag.Argument("PATH", "The folder or file to read; none for generated"), workspace = CommonOptions.WorkspaceArgument();
        path.Arity = ArgumentArity.ZeroOrOne;
        Option<string> map = Flag.Text("--map", null, "For csv: which column is what, as query=search_term,title=name", "field=column,...");
        Option<string> grades = Flag.Text("--grades", null, "For csv: the lowest and highest rating, as 1..3; found in the file when not given", "low..high");
        Option<int> products = Flag.Whole("--products", shop.Products, "For generated: products of the shop", from: 100);
        Option<int> queries = Flag.Whole("--queries", shop.Queries, "For generated: queries of the log", from: 10);
        Option<int> judged = Flag.Whole("--judged-train-queries", shop.JudgedTrainQueries, "For generated: train queries with judgments");
        Option<int> perQuery = Flag.Whole("--judged-per-query", shop.JudgedPerQuery, "For generated: products judged for a query", from: 2);
        Option<double> noise = Flag.Number("--rater-noise", shop.RaterNoise, "For generated: share of a rater's votes that miss the true grade");
        Option<int> shopSeed = Flag.Whole("--shop-seed", shop.Seed, "For generated: the same number gives the same shop");

        var command = new Command("import", "Read a judged catalogue, or generate one, into data/") { format, path, workspace, map, grades, products, queries, judged, perQuery, noise, shopSeed };
        command.SetAction(parsed =>
        {
            bool generated = parsed.GetValue(format) == Generated;
            // A generated shop is read from nowhere, so the one path that may follow is the workspace.
            bool onlyWorkspace = generated && parsed.GetResult(path) is { Tokens.Count: > 0 } && parsed.GetResult(workspace) is null or { Implicit: true };
            ImportStage stage = generated
                ? new ImportStage(Generated, onlyWorkspace ? null : parsed.GetValue(path), Shop: new ShopOptions(
                    parsed.GetValue(products), parsed.GetValue(queries), parsed.GetValue(judged), parsed.GetValue(perQuery), parsed.GetValue(noise), parsed.GetValue(shopSeed)))
                : new ImportStage(parsed.GetValue(format)!, parsed.GetValue(path), parsed.GetValue(map), parsed.GetValue(grades));
            return StageCommand.Run(parsed, onlyWorkspace ? path : workspace, stage);
        });
        return command;
    }
}
