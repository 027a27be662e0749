using System.Diagnostics;
using System.Text;

namespace Attar.EndToEnd.Tests;

/// <summary>A recipe that asks a server, at a terminal (util-linux' <c>script</c> plays one): nothing is done before a person said yes.</summary>
public sealed class ConsentTests : IDisposable
{
    readonly AttarProcess attar = new();

    public ConsentTests() => attar.Write("r.json", """
        { "name": "r", "stages": [
          { "stage": "import", "format": "generated", "shop": { "products": 100, "queries": 20, "judgedTrainQueries": 10 } },
          { "stage": "generate", "perQuery": 2 },
          { "stage": "label", "teacher": { "url": "http://127.0.0.1:9/v1/chat/completions", "model": "m", "keyVariable": "NO_SUCH_KEY" } } ],
          "expected": [ { "metric": "bm25.ndcg@5", "value": 0.5, "tolerance": 0.5 } ] }
        """);

    public void Dispose() => attar.Dispose();

    [Theory]
    [InlineData("run", "n\n", 2)]
    [InlineData("run", "\n", 2)]
    [InlineData("reproduce", "no\n", 2)]
    [InlineData("scaling", "\u0004", 2)] // the end of what is typed
    [InlineData("run", "\u0003", 130)] // Control-C
    public async Task Whatever_is_not_a_yes_ends_it(string command, string answer, int code)
    {
        (int ended, string shown) = await Answer(command, answer);
        Assert.Equal(code, ended);
        Assert.Contains("label: sends queries, products and judgments to http://127.0.0.1:9/v1/chat/completions, with what the environment variable NO_SUCH_KEY holds as the key (it is not set)", shown);
        Assert.DoesNotMatch("\u001b\\[[0-9]*[AK]", shown); // no bar goes up or clears a line: it would write over the question
        Assert.False(Directory.Exists(attar.PathOf("w", "data")));
    }

    [Fact]
    public async Task A_yes_goes_on()
    {
        (int ended, string shown) = await Answer("run", "y\n");
        Assert.Equal(2, ended); // at last, for want of the key
        Assert.Contains("NO_SUCH_KEY is not set", shown);
        Assert.True(File.Exists(attar.PathOf("w", "data", "products.jsonl")));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("reproduce")]
    [InlineData("scaling")]
    public void Where_nobody_can_be_asked_it_must_be_said_before(string command)
    {
        using Process process = attar.StartOther("sh", ["-c", "exec dotnet exec \"$@\" < /dev/null", "sh", AttarProcess.App, command, "r.json", "w"]);
        Printed printed = AttarProcess.WaitFor(process);
        Assert.Equal(2, printed.Code);
        Assert.Contains("--allow-endpoints", printed.ErrorLines[^1]);
        Assert.False(Directory.Exists(attar.PathOf("w", "data")));
    }

    /// <summary>Answers once the question stands, and again where the answer came before the terminal was listened to.</summary>
    async Task<(int Code, string Shown)> Answer(string command, string answer)
    {
        Assert.SkipUnless(AttarProcess.Has("script"), "there is no script(1) to play a terminal; util-linux has it");
        // What a shell starts in the background ignores SIGINT, and so would whatever these tests start.
        var start = new ProcessStartInfo("script", ["-qec", $"env --default-signal=INT dotnet exec '{AttarProcess.App}' {command} r.json w", "/dev/null"])
        {
            WorkingDirectory = attar.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        CancellationTokenRegistration end = over.Token.Register(() => process.Kill(entireProcessTree: true));
        var shown = new StringBuilder();
        Task answering = Task.CompletedTask;
        var buffer = new char[1024];
        while (await process.StandardOutput.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            shown.Append(buffer, 0, count);
            if (answering.IsCompleted && shown.ToString().Contains("[y/N]", StringComparison.Ordinal)) answering = Answering();
        }
        await process.WaitForExitAsync(CancellationToken.None);
        await end.DisposeAsync();
        await over.CancelAsync();
        await answering;
        return (process.ExitCode, shown.ToString());

        async Task Answering()
        {
            try
            {
                for (; ; await Task.Delay(TimeSpan.FromSeconds(2), over.Token))
                {
                    await process.StandardInput.WriteAsync(answer.AsMemory(), over.Token);
                    await process.StandardInput.FlushAsync(over.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
            }
        }
    }
}
