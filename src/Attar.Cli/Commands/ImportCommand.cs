using System.CommandLine;
using Attar.Data;
using Attar.Data.Shop;

namespace Attar.Cli.Commands;

/// <summary><c>attar import --products FILE ...</c>: a shop's files into <c>data/</c>; <c>attar import FORMAT PATH</c>: a judged catalogue, or a generated one.</summary>
static class ImportCommand
{
    public static Command Create(string verb, string help)
    {
        var shop = new ShopOptions();
        Argument<string> format = Flag.Argument("FORMAT", $"home-depot, chorus, generated, csv, another format of docs/data.md, or {string.Join(", ", Importers.Folders)} for a folder; none with --products");
        Argument<string> path = Flag.Argument("PATH", "The folder or file to read; none for generated"), workspace = CommonOptions.WorkspaceArgument();
        format.Arity = path.Arity = ArgumentArity.ZeroOrOne;
        Option<string[]> products = Files("--products", "Files of products"), judgments = Files("--judgments", "Files of judged pairs"), queries = Files("--queries", "Files of queries, judged or not"), events = Files("--events", "Files of what shoppers asked and did");
        Option<string> formats = Flag.Text("--format", null, "Formats where they are not to be found out, as csv or products=csv,judgments=trec-qrels", "role=format,...");
        Option<string> map = Flag.Text("--map", null, "Which column is what, as query=search_term,products.title=name,description=bullets+details; the rest is guessed and told", "field=column,...");
        Option<string> grades = Flag.Text("--grades", null, "The lowest and highest rating, as 1..3; found in the file when not given", "low..high");
        Option<string> keep = Flag.Text("--keep", null, "Columns of products to keep beside their text, as price,availability", "columns");
        Option<string> point = Flag.Text("--decimal", null, "comma or point: how ratings are written where they leave it open", "comma|point");
        Option<bool> merge = Flag.Switch("--merge-alike", "Products that say the same are one");
        Option<string> locale = Flag.Text("--locale", null, "Rows of this locale alone, as us, where a column says which", "locale");
        Option<int> shopProducts = Flag.Whole("--shop-products", shop.Products, "For generated: products of the shop", from: 100);
        Option<int> shopQueries = Flag.Whole("--shop-queries", shop.Queries, "For generated: queries of the log", from: 10);
        Option<int> judged = Flag.Whole("--judged-train-queries", shop.JudgedTrainQueries, "For generated: train queries with judgments");
        Option<int> perQuery = Flag.Whole("--judged-per-query", shop.JudgedPerQuery, "For generated: products judged for a query", from: 2);
        Option<double> noise = Flag.Number("--rater-noise", shop.RaterNoise, "For generated: share of a rater's votes that miss the true grade");
        Option<int> shopSeed = Flag.Whole("--shop-seed", shop.Seed, "For generated: the same number gives the same shop");

        Option<int> descriptions = Flag.Whole("--description-words", shop.DescriptionWords, "For generated: words that a description has at least, most of them about other things; 0 leaves them short");

        var command = new Command(verb, help)
        {
            format, path, workspace, products, judgments, queries, events, formats, map, grades, keep, point, merge, locale, shopProducts, shopQueries, judged, perQuery, noise, shopSeed, descriptions,
        };
        command.Validators.Add(result =>
        {
            bool files = new[] { products, judgments, queries, events }.Any(option => result.GetResult(option) is { Implicit: false });
            bool named = result.GetResult(format) is { Tokens.Count: > 0 };
            if (!files && !named) result.AddError("nothing to import; expected --products FILE, or a format and a path");
            if (files && result.GetResult(path) is { Tokens.Count: > 0 }) result.AddError($"'{result.GetResult(path)!.Tokens[0].Value}': files are named by --products and the like, so only a workspace may follow");
        });
        command.SetAction(parsed =>
        {
            string? last = WorkspaceBehind(parsed, [products, judgments, queries, events]);
            string[]? Given(Option<string[]> option) => parsed.GetValue(option)?.Where(file => file != last).ToArray() is { Length: > 0 } given ? given : null;
            var columns = parsed.GetValue(keep)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            bool files = new[] { products, judgments, queries, events }.Any(option => Given(option) is not null), generated = parsed.GetValue(format) == Importers.Generated;
            // A generated shop is read from nowhere, and so are files named by options: the one path that may follow is the workspace.
            bool onlyWorkspace = generated && parsed.GetResult(path) is { Tokens.Count: > 0 } && parsed.GetResult(workspace) is null or { Implicit: true };
            Argument<string> into = !files ? onlyWorkspace ? path : workspace : parsed.GetResult(format) is { Tokens.Count: > 0 } ? format : workspace;
            ImportStage stage = generated && !files
                ? new ImportStage(Importers.Generated, onlyWorkspace ? null : parsed.GetValue(path), Shop: new ShopOptions(
                    parsed.GetValue(shopProducts), parsed.GetValue(shopQueries), parsed.GetValue(judged), parsed.GetValue(perQuery), parsed.GetValue(noise), parsed.GetValue(shopSeed), DescriptionWords: parsed.GetValue(descriptions)))
                : new ImportStage(files ? Importers.Auto : parsed.GetValue(format)!, files ? null : parsed.GetValue(path), parsed.GetValue(map), parsed.GetValue(grades),
                    null, Given(products), Given(judgments), Given(queries), Given(events), parsed.GetValue(formats), columns, parsed.GetValue(point), parsed.GetValue(merge), parsed.GetValue(locale));
            return last is null ? StageCommand.Run(parsed, into, stage) : StageCommand.Run(parsed, last, stage);
        });
        return command;
    }

    /// <summary>A workspace that stands behind an option's files: a folder, or a name without an ending that is no file. Null where it stands elsewhere.</summary>
    static string? WorkspaceBehind(ParseResult parsed, Option<string[]>[] options) =>
        options.Select(option => parsed.GetValue(option) is [_, .., var end] && IsWorkspace(end) ? end : null).FirstOrDefault(end => end is not null);

    static bool IsWorkspace(string path) => !File.Exists(path) && (Directory.Exists(path) ? !Directory.Exists(Path.Combine(path, "qrels")) : !Path.HasExtension(path));

    static Option<string[]> Files(string name, string help) => new(name) { Description = help, HelpName = "file", AllowMultipleArgumentsPerToken = true };
}
