using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Attar.Cli.Commands;

/// <summary>The whole command line: every command in the order of the pipeline.</summary>
static class CommandLine
{
    const int WrongUsage = 2;

    public static Command Root()
    {
        var root = new Command("attar", "Attar distils an LLM's judgement of product relevance into a model small enough to rank every search.")
        {
            QuickstartCommand.Create(),
            RunCommand.Create(),
            ReproduceCommand.Create(), ScalingCommand.Create(),
            PullCommand.Create(),
            ModelsCommand.Create(), CheckCommand.Create(),
            ImportCommand.Create(), InspectCommand.Create(), DataCommand.Create(),
            TokenizerCommand.Create(),
            PretrainCommand.Create(),
            MatchCommand.Create(),
            TeachCommand.Create(),
            GenerateCommand.Create(),
            LabelCommand.Create(),
            LabelsCommand.Create(),
            AuditCommand.Create(),
            DistillCommand.Create(),
            EvaluateCommand.Create(),
            ExportCommand.Create(),
            ScoreCommand.Create(),
            CalibrateCommand.Create(), PromoteCommand.Create(),
            ServeCommand.Create(), ExperimentCommand.Create(), SignalsCommand.Create(), JudgeCommand.Create(),
            KeyCommand.Create(),
            BenchCommand.Create(),
        };
        foreach (Option option in new Option[] { CommonOptions.Json, CommonOptions.Seed, CommonOptions.Threads, new HelpOption(), new VersionOption { Action = new VersionAction() } })
            root.Add(option);
        return root;
    }

    /// <returns>0 done, 1 failed or an expectation missed, 2 wrong usage or bad input, 130 stopped.</returns>
    public static int Run(string[] args)
    {
        Command root = Root();
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
