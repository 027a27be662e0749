using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Cli.Output;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Recipes;
using Attar.Tensors.Collectives;
using Attar.Weights;
using Attar.Weights.Hub;
using Attar.Workspaces;

namespace Attar.Cli;

/// <summary>Runs the body of a command: progress, stopping by signal, and every failure as one line and an exit code.</summary>
sealed class Execution
{
    const int Failed = 1, BadInput = 2, Stopped = 130;

    OpenMpi? ranks;

    Execution(CommonOptions options, IProgressSink progress, CancellationToken cancel)
    {
        (Progress, Cancel) = (progress, cancel);
        Weights = new WeightPull(WeightStore.Of(Environment.GetEnvironmentVariable), () => HubOptions.Read(Environment.GetEnvironmentVariable), Directory.GetCurrentDirectory(), progress, TimeProvider.System, cancel);
        AdapterFolder.Named = name => Weights.Store.Find($"hf:{name}")?.Model;
        Options = options with { Workspace = options.Workspace.With(new StoreModels(Weights, progress)) };
    }

    /// <summary>What was typed; the workspace finds models by reference.</summary>
    public CommonOptions Options { get; }

    public IProgressSink Progress { get; }

    public CancellationToken Cancel { get; }

    /// <summary>The weights of this machine's store, and how more of them are fetched.</summary>
    public WeightPull Weights { get; }

    /// <summary>What a recipe's stages get; the command line overrules the recipe.</summary>
    public StageContext ContextFor(Recipe recipe)
    {
        OpenMpi? others = RanksFor(recipe);
        IProgressSink progress = others?.Rank > 0 ? new NoteLines(null) : Progress; // the first one tells
        return new(Options.Workspace, Options.SeedGiven ?? recipe.Seed, Options.ThreadsGiven ?? recipe.Threads ?? Environment.ProcessorCount, progress, TimeProvider.System, Cancel, others);
    }

    /// <summary>The others that a launcher of Open MPI started with this process, where there is something to do together.</summary>
    OpenMpi? RanksFor(Recipe recipe) =>
        OwnRank is null || !recipe.Stages.Any(stage => stage.IsRanked || stage.Before.Any(before => before.IsRanked)) ? null : ranks ??= new OpenMpi(Cancel);

    static int? OwnRank => OpenMpi.RankOf(Environment.GetEnvironmentVariable);

    /// <param name="body">Does the work and returns what is to be printed.</param>
    /// <param name="watched">Whether a live bar suits the command.</param>
    /// <param name="first">What a person is asked before anything is done, while a signal still ends the process at once and no bar writes over the question.</param>
    public static int Run(CommonOptions options, Func<Execution, Result> body, bool watched = true, Action? first = null)
    {
        using var stop = new CancellationTokenSource();
        Execution? execution = null;
        try
        {
            first?.Invoke();
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnce);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnce);
            Result result = ConsoleProgress.While(watched, sink => body(execution = new Execution(options, sink, stop.Token)));
            execution?.ranks?.Dispose();
            Print(options, result);
            return result.ExitCode;
        }
        catch (Exception e)
        {
            var (code, lines) = Explain(e is AggregateException { InnerException: { } inner } ? inner : e, options.Workspace, stop.IsCancellationRequested);
            foreach (string line in lines) Console.Error.WriteLine(OwnRank > 0 ? $"attar: rank {OwnRank} on {Environment.MachineName}: {line}" : $"attar: {line}");
            if (options.AsJson) Print(options, new Result(new JsonObject { ["error"] = string.Join('\n', lines), ["exit_code"] = code }, null));
            execution?.ranks?.Abort(code); // the others would wait for this one
            return code;
        }

        // The first signal lets the stage write its checkpoint; a second one ends the process at once.
        void StopOnce(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested) return;
            signal.Cancel = true;
            stop.Cancel(); // first: whoever reads standard error may have stalled
            Console.Error.WriteLine("attar: stopping (once more to stop at once) ...");
        }
    }

    /// <summary>For a command that has something to say before it ends.</summary>
    public void Print(Result result) => Print(Options, result);

    static void Print(CommonOptions options, Result result)
    {
        if ((options.AsJson ? result.Json?.ToJsonString(JsonStyle) : result.Text) is { } line) Console.Out.WriteLine(line);
    }

    static readonly JsonSerializerOptions JsonStyle = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static (int Code, string[] Lines) Explain(Exception e, Workspace workspace, bool stopped) => e switch
    {
        OperationCanceledException when stopped => (Stopped, ["stopped; run the same command again to go on from here"]),
        InputException or CheckpointException or InvalidDataException => (BadInput, e.Message.Split('\n')),
        StageFailedException => (Failed, e.Message.Split('\n')),
        IOException when IsDiskFull(e) => (Failed, [$"the disk is full; free some space, then run the same command again to go on from here ({FirstLine(e)})"]),
        IOException or UnauthorizedAccessException or DllNotFoundException => (Failed, [FirstLine(e)]),
        OutOfMemoryException => (Failed, ["out of memory; close other programs, or lower the batch size and run the same command again"]),
        _ => (Failed, [$"unexpected {e.GetType().Name}: {FirstLine(e)} (details: {WriteLog(e, workspace)})"]),
    };

    /// <summary>ENOSPC, or Windows' ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.</summary>
    static bool IsDiskFull(Exception e) => (e.HResult & 0xFFFF) is var code && (OperatingSystem.IsWindows() ? code is 112 or 39 : code == 28);

    static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();

    static string WriteLog(Exception e, Workspace workspace)
    {
        string folder = Directory.Exists(workspace.Root) ? workspace.Root : Path.GetTempPath();
        string path = Path.Combine(folder, "attar-error.log");
        try
        {
            AtomicFile.WriteText(path, writer => writer.WriteLine($"{Environment.CommandLine}\n{e}"));
            return path;
        }
        catch (Exception again) when (again is IOException or UnauthorizedAccessException)
        {
            return "could not be written";
        }
    }
}

/// <summary>What a command ends with; what is null is not printed.</summary>
/// <param name="Json">For <c>--json</c>.</param>
/// <param name="Text">For people.</param>
sealed record Result(JsonObject? Json, string? Text, int ExitCode = 0)
{
    /// <summary>Everything was printed already.</summary>
    public static Result Said { get; } = new(null, null);
}
