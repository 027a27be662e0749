using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Augmentation.Writing;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar generate</c>: unlabelled pairs for the teacher.</summary>
static class GenerateCommand
{
    public static Command Create(string verb, string help)
    {
        var preset = new GenerateStage();
        Option<int> perQuery = Flag.Whole("--per-query", preset.PerQuery, "Products for each query", from: 1);
        Option<double> top = Flag.Number("--top-share", preset.TopShare, "Share from the best BM25 results");
        Option<double> middle = Flag.Number("--middle-share", preset.MiddleShare, "Share from BM25 results down to rank 100");
        Option<double> deep = Flag.Number("--deep-share", preset.DeepShare, "Share from BM25 results down to rank 1,000");
        Option<double> model = Flag.Number("--model-share", preset.ModelShare, "Share from what --model puts on top of the best 100 BM25 results");
        Option<double> behaviour = Flag.Number("--behaviour-share", preset.BehaviourShare, "Share from what shoppers clicked or bought, by --events");
        Option<double> swap = Flag.Number("--swap-share", preset.SwapShare, "Share from the best results in another size or colour");
        Option<double> category = Flag.Number("--category-share", preset.CategoryShare, "Share from the best result's category");
        Option<double> brand = Flag.Number("--brand-share", preset.BrandShare, "Share from the best result's brand");
        Option<double> random = Flag.Number("--random-share", preset.RandomShare, "Share from anywhere; all shares add up to 1");
        Option<int> least = Flag.Whole("--least-queries", 2000, "Where there are fewer queries, as many new ones are made as are missing");
        Option<int> newQueries = Flag.Whole("--new-queries", preset.NewQueries, "Queries to make: from products, but for");
        Option<double> part = Flag.Number("--part-share", preset.PartShare, "this share of them, log queries with a word left out, and");
        Option<double> misspelt = Flag.Number("--misspelt-share", preset.MisspeltShare, "this share, log queries misspelt");
        Option<string> events = Flag.Text("--events", preset.Events, "What shoppers asked and did: User Behavior Insights as JSON lines", "file");
        Option<int> logQueries = Flag.Whole("--log-queries", 0, "Queries of the log to take, by default a fifth from its head, half from its tail; 0 takes all");
        Option<double> head = Flag.Number("--log-head", new LogQuota(1).Head, "Share of them that make up the first third of all searches");
        Option<double> torso = Flag.Number("--log-torso", new LogQuota(1).Torso, "Share of them that make up the second third");
        Option<string> name = Flag.Text("--model", preset.Model, "The model of --model-share and --select", "name");
        Option<Select?> select = Flag.Choice<Select>("--select", preset.Select, "Pick the products from a larger pool");
        Option<int> pool = Flag.Whole("--pool", preset.Pool, "How many times as large", from: 2);
        Option<string> other = Flag.Text("--other-model", preset.OtherModel, "Whom --model disagrees with, or bm25", "name");
        Option<Cover?> cover = Flag.Choice<Cover>("--cover", preset.Cover, "Random products and new queries from each of these equally often");
        Option<double> near = Flag.Number("--near-duplicates", 0.0, "Leave out products and queries this much alike, such as 0.8; 0 keeps them");
        Option<double> leak = Flag.Number("--leak-similarity", preset.LeakSimilarity, "Leave out queries this much like one of dev or test");
        Option<double> written = Flag.Number("--written-share", preset.WrittenShare, "Share of the new queries that the language model at --writer writes");
        Option<string> writer = Flag.Text("--writer", null, "Address of an OpenAI-compatible chat model, such as http://localhost:8000", "URL");
        Option<int> perProduct = Flag.Whole("--per-product", new QueryEndpoint("").PerProduct, "Queries that it writes for a product", from: 1);
        Option<int> examples = Flag.Whole("--examples", new QueryEndpoint("").Examples, "Train and log queries that it is shown for their style");
        Option<double> writerTemperature = Flag.Number("--temperature", new QueryEndpoint("").Temperature, "Its temperature");
        var endpoint = new EndpointFlags("--writer-model", "Products", QueryEndpoint.Batch, new QueryEndpoint("").MaxCharacters);
        Option<int> round = CommonOptions.Round("Keep the pairs of the round before in pairs/ and add to them: pairs-2/");
        Option<string> shard = Flag.Text("--shard", null, "Pick the products of one part of the queries, such as 0/16, beside other workers: parts/pairs/, which --merge joins; /16 takes the part as 'attar label' does", "part/parts");
        Option<bool> merge = Flag.Switch("--merge", "Make pairs/ of the parts that workers made, as one process would have; the options are theirs");
        Command command = StageCommand.Create(verb, help, [],
            [perQuery, top, middle, deep, model, behaviour, swap, category, brand, random, newQueries, least, part, misspelt, events, logQueries, head, torso, name, select, pool, other, cover, near, leak, written, writer, perProduct, examples, writerTemperature, .. endpoint.All, round, shard, merge],
            Read);
        var workspace = (Argument<string>)command.Arguments[0];
        command.SetAction(parsed => parsed.GetValue(merge) ? Merge(parsed, workspace, parsed.GetValue(round)) : parsed.GetValue(shard) is { } part ? Work(parsed, workspace, Read(parsed), part) : StageCommand.Run(parsed, workspace, Read(parsed)));
        return command;

        GenerateStage Read(ParseResult parsed) => new(
                parsed.GetValue(perQuery), parsed.GetValue(top), parsed.GetValue(middle), parsed.GetValue(deep), parsed.GetValue(category), parsed.GetValue(random), parsed.GetValue(newQueries),
                parsed.GetValue(brand), parsed.GetValue(swap), parsed.GetValue(model), parsed.GetValue(behaviour), parsed.GetValue(part), parsed.GetValue(misspelt),
                parsed.GetValue(events), parsed.GetValue(logQueries) is > 0 and var queries ? new LogQuota(queries, parsed.GetValue(head), parsed.GetValue(torso), 1 - parsed.GetValue(head) - parsed.GetValue(torso)) : null,
                parsed.GetValue(name)!, parsed.GetValue(select) ?? preset.Select, parsed.GetValue(pool), parsed.GetValue(other)!, parsed.GetValue(cover) ?? preset.Cover,
                parsed.GetValue(near) is > 0 and var similarity ? similarity : null, parsed.GetValue(leak), parsed.GetValue(written),
                parsed.GetValue(writer) is { } address ? new QueryEndpoint(address, endpoint.Model(parsed), endpoint.KeyVariable(parsed), parsed.GetValue(perProduct), parsed.GetValue(examples), parsed.GetValue(writerTemperature),
                    endpoint.MaxCharacters(parsed), endpoint.Extra(parsed), endpoint.Pace(parsed), endpoint.Price(parsed)) : null,
                parsed.GetValue(round), parsed.GetResult(newQueries) is { Implicit: false } ? 0 : parsed.GetValue(least));
    }

    static int Work(ParseResult parsed, Argument<string> workspace, GenerateStage stage, string shard) => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
    {
        var choice = ShardChoice.Parse(shard, Environment.GetEnvironmentVariable);
        int made = new GenerateWorker(stage, choice, execution.ContextFor(Recipe.Of(stage, CommonOptions.DefaultSeed))).Run();
        return new Result(new JsonObject { ["parts"] = choice.Of, ["made"] = made }, $"{made} of {choice.Of} parts generated; 'attar generate --merge' joins them when all are there");
    });

    static int Merge(ParseResult parsed, Argument<string> workspace, int round) => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
    {
        GenerateMerge merge = GenerateMerge.Of(execution.Options.Workspace.Round(round));
        Result result = RecipeOutcome.Of(Recipe.Of(merge.Stage, merge.Seed), execution);
        merge.Discard();
        return result;
    });
}
