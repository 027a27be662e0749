using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Attar.EndToEnd.Tests;

/// <summary>What a command left: its exit code and what it printed.</summary>
sealed record Printed(int Code, string Out, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as one JSON object, nothing beside it.</summary>
    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();
}

/// <summary>The command line as a user meets it: another process, in a folder of its own.</summary>
sealed class AttarProcess : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public string Folder { get; } = Directory.CreateTempSubdirectory("attar-cli-").FullName;

    /// <summary>Variables of the environment of every command.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public string PathOf(params string[] names) => Path.Combine([Folder, .. names]);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public Printed Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        return WaitFor(process);
    }

    public Process Start(params string[] arguments) => StartWith([], arguments);

    /// <summary>With more variables of the environment.</summary>
    public Process StartWith((string Name, string? Value)[] variables, params string[] arguments) => Start("dotnet", ["exec", App, .. arguments], variables);

    /// <summary>As the first argument of <c>dotnet exec</c>, for whoever starts it in another way.</summary>
    public static string App => Path.Combine(AppContext.BaseDirectory, "Attar.Cli.dll");

    /// <summary>Whether a program is on the path.</summary>
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>As above, where no file may grow beyond a size: of a write that would, the kernel does what fits, and then ends the process or fails the next write.</summary>
    /// <param name="size">In blocks of 512 bytes.</param>
    public Process StartWithin(int size, bool ends, params string[] arguments) => Start("sh",
        ["-c", $"{(ends ? "" : "trap '' XFSZ; ")}ulimit -f {size}; exec dotnet exec \"$@\"", "sh", App, .. arguments],
        ("DOTNET_EnableWriteXorExecute", "0")); // the runtime would map a large file for it

    /// <summary>Another program in the same folder.</summary>
    /// <param name="variables">Without a value: not of the environment.</param>
    public Process StartOther(string program, string[] arguments, params (string Name, string? Value)[] variables) => Start(program, arguments, variables);

    Process Start(string program, string[] arguments, params (string Name, string? Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in Variables.Select(variable => (variable.Key, (string?)variable.Value)).Concat(variables))
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static Printed WaitFor(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync(), text = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"the command did not end within {Patience}");
        }
        return new(process.ExitCode, text.Result, error.Result);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
