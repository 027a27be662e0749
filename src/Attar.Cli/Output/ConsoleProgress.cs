using Attar.Workspaces;
using Spectre.Console;

namespace Attar.Cli.Output;

/// <summary>Progress on standard error: a live bar when a person watches, otherwise a line now and then.</summary>
static class ConsoleProgress
{
    public static T While<T>(bool watched, Func<IProgressSink, T> body)
    {
        if (!watched || Console.IsErrorRedirected) return body(new LineProgress(Console.Error, TimeProvider.System));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return LiveProgress.While(console, body);
    }
}
