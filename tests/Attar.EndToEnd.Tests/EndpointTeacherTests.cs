using System.Diagnostics;
using Attar.Tests.Labeling.Endpoints;

namespace Attar.EndToEnd.Tests;

/// <summary><c>attar label --teacher URL</c> as a process.</summary>
public sealed class EndpointTeacherTests : IDisposable
{
    const int Questions = 240; // 48 dev pairs and 192 to label

    readonly AttarProcess attar = new();
    readonly LampShop shop = new();

    public void Dispose()
    {
        shop.Dispose();
        attar.Dispose();
    }

    [Fact]
    public async Task Killed_again_and_again_it_asks_nothing_twice_that_was_written()
    {
        const int Concurrency = 4;
        await using StandIn server = await StandIn.Start();
        string[] label = ["label", shop.Workspace.Root, "--teacher", server.Address + "/v1/chat/completions", "--concurrency", $"{Concurrency}"];
        int written = 0;
        foreach (int requests in new[] { 3, 40, 90 }) // of this run, after which it is killed
        {
            int before = server.Answered.Values.Sum(), first = server.Requests;
            using Process process = attar.Start(label);
            server.Came = number =>
            {
                if (number == first + requests) process.Kill();
            };
            AttarProcess.WaitFor(process);
            server.Came = _ => { };
            int now = Written();
            Assert.InRange(now - written, requests - Concurrency, server.Answered.Values.Sum() - before); // what was under way may be lost, no more
            written = now;
        }
        int answered = server.Answered.Values.Sum();
        Printed last = attar.Run(label);
        Assert.True(last.Code == 0, last.Error);
        Assert.Equal(Questions - written, server.Answered.Values.Sum() - answered);
        Assert.Equal(Questions, Written());
        shop.AssertLabelled();
        Assert.Contains("label: resumes", last.Error);
        Assert.Contains("weighted kappa 1.000", last.Error);

        Assert.Contains("everything is up to date", attar.Run(label).Error);
    }

    [Fact]
    public async Task A_teacher_that_disagrees_ends_with_code_one_and_its_numbers()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (_, _) => StandIn.Sure(0);
        Printed printed = attar.Run("label", shop.Workspace.Root, "--teacher", server.Address + "/predict");
        Assert.Equal(1, printed.Code);
        Assert.StartsWith("attar: label: refused: weighted kappa 0.000 is below 0.4", printed.ErrorLines[^1]);
    }

    [Theory]
    [InlineData("--votes 3", "--votes is for a teacher that runs elsewhere; give its address with --teacher")]
    [InlineData("--teacher teacher", "teacher.url: expected an address such as http://localhost:8000")]
    [InlineData("--teacher http://localhost:1 --protocol soap", "--protocol: found 'soap'; expected one of vllm-classify")]
    [InlineData("--teacher http://localhost:1 --extra 5", "--extra: found '5'; expected a JSON object")]
    public void Wrong_options_are_told(string options, string expected)
    {
        Printed printed = attar.Run(["label", shop.Workspace.Root, .. options.Split(' ')]);
        Assert.Equal(2, printed.Code);
        Assert.StartsWith("attar: " + expected, printed.ErrorLines[0]);
    }

    /// <summary>Answers in the journal, each once.</summary>
    int Written()
    {
        string text = File.ReadAllText(Directory.GetFiles(shop.Workspace.Answers).Single());
        string[] keys = [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split('\t')[0])];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        return keys.Length;
    }
}
