using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Attar.Cli.Commands;

/// <summary>The whole command line.</summary>
static class CommandLine
{
    const int WrongUsage = 2;

    /// <summary>In the order of the pipeline.</summary>
    static readonly Entry[] commands =
    [
        new("quickstart", "Run the whole loop on a generated shop, in minutes, and say how to look at it", QuickstartCommand.Create),
        new("run", "Run every stage of a recipe; what is up to date is skipped, what was stopped goes on", RunCommand.Create),
        new("reproduce", "Run a recipe and compare with the numbers it expects; exit code 1 when one is missed", ReproduceCommand.Create),
        new("scaling", "Run a recipe that trains students from more and more labels, and draw the curve: report/index.html", ScalingCommand.Create),
        new("pull", "Fetch weights by name, once for all workspaces; the same name stands wherever a model's folder can", PullCommand.Create),
        new("models", "List weights: those known by name and those in the store, with size, licence and origin", ModelsCommand.Create),
        new("check", "Tell what a model is, how its pairs are written and what its head gives; with known scores also how far off it is, and why", CheckCommand.Create),
        new("import", "Read a shop's products, judgments, queries and events, or generate a shop, into data/", ImportCommand.Create),
        new("inspect", "Show how files would be read, what their columns seem to mean, and what is odd in them", InspectCommand.Create),
        new("data", "Exchange products, queries and judgments with other tools", DataCommand.Create),
        new("tokenizer", "Learn a WordPiece tokenizer from the catalogue, or copy one: tokenizer/", TokenizerCommand.Create),
        new("pretrain", "Train a model from scratch on the catalogue's text: teacher-pretrained/ or student-pretrained/", PretrainCommand.Create),
        new("match", "Let the teacher learn what needs no judge: how words match, or what --from, an encoder of sentences, finds alike: teacher-matched/", MatchCommand.Create),
        new("teach", "Teach the teacher the raters' grades: teacher/", TeachCommand.Create),
        new("generate", "Choose products for each train query for the teacher to score: pairs/", GenerateCommand.Create),
        new("label", "Let the teacher score the generated pairs: labels/", LabelCommand.Create),
        new("labels", "Exchange labels with other projects, join those of several workers, or check those there are", LabelsCommand.Create),
        new("audit", "Measure what a model is taught with", AuditCommand.Create),
        new("distill", "Train a student on groups of products of one query: student/", DistillCommand.Create),
        new("evaluate", "Measure the systems and compare them: runs/, report/metrics.json, report/index.html", EvaluateCommand.Create),
        new("export", "Copy a model to a Hugging Face folder that can be served", ExportCommand.Create),
        new("score", "Score pairs of queries and products of the workspace: scores/MODEL.tsv", ScoreCommand.Create),
        new("calibrate", "Find the lowest score that is precise enough to be shown, for min_score in serving: MODEL/calibration/cutoff.json", CalibrateCommand.Create),
        new("promote", "Compare a model with the one it would replace, and let it take the place once somebody signed: promotions/NEW-over-OLD/", PromoteCommand.Create),
        new("serve", "Serve the student through the rerank interfaces of other servers, and a search page over the catalogue", ServeCommand.Create),
        new("experiment", "Online experiments: read them out, change their traffic, stop them, and how much they need", ExperimentCommand.Create),
        new("signals", "What products are worth beside their texts, such as price, stock and popularity", SignalsCommand.Create),
        new("judge", "People judge: choose what, see whether they agree, and take their judgments into the data", JudgeCommand.Create),
        new("key", "Make an API key for attar serve --keys FILE", KeyCommand.Create),
        new("bench", "Measure the engine on this machine", BenchCommand.Create),
    ];

    /// <param name="asked">What was typed: commands that it does not name have no options yet, for making those of all took longer than the rest of the start. Null: every command is whole.</param>
    public static Command Root(IReadOnlyCollection<string>? asked = null)
    {
        var root = new Command("attar", "Attar distils an LLM's judgement of product relevance into a model small enough to rank every search.");
        bool all = asked == null || asked.Any(word => word is ['@' or '[', ..]); // a file of arguments, a directive such as [suggest]
        foreach (Entry entry in commands) root.Add(all || asked!.Contains(entry.Verb) ? entry.Create(entry.Verb, entry.Help) : new Command(entry.Verb, entry.Help));
        foreach (Option option in new Option[] { CommonOptions.Json, CommonOptions.Seed, CommonOptions.Threads, new HelpOption(), new VersionOption { Action = new VersionAction() } })
            root.Add(option);
        return root;
    }

    sealed record Entry(string Verb, string Help, Func<string, string, Command> Create);

    /// <returns>0 done, 1 failed or an expectation missed, 2 wrong usage or bad input, 130 stopped.</returns>
    public static int Run(string[] args)
    {
        Command root = Root(args);
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            Command command = parsed.CommandResult.Command;
            IEnumerable<string> errors = command == root && parsed.UnmatchedTokens is [var unknown, ..]
                ? [$"unknown command '{unknown}'; known: {string.Join(", ", root.Subcommands.Select(known => known.Name))}"]
                : parsed.Errors.Select(error => error.Message).Distinct();
            foreach (string error in errors) Console.Error.WriteLine($"attar: {error}");
            Console.Error.WriteLine($"attar: see attar {(command == root ? "" : command.Name + " ")}--help");
            return WrongUsage;
        }
        int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        return args.Length == 0 ? WrongUsage : code;
    }
}
