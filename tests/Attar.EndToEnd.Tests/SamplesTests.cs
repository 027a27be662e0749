using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Attar.Server.Tests;

namespace Attar.EndToEnd.Tests;

/// <summary>The programs under <c>samples/</c> run as they stand.</summary>
public sealed class SamplesTests : IDisposable
{
    static readonly string root = DocumentsTests.Root(AppContext.BaseDirectory);
    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Theory]
    [InlineData("distil"), InlineData("loss"), InlineData("web")]
    public void A_sample_is_forty_lines_at_most(string name) => Assert.InRange(File.ReadLines(Path.Combine(root, "samples", name, "Program.cs")).Count(), 10, 40);

    [Fact]
    public void The_loop_from_own_code_makes_a_student_and_a_loss_of_ones_own_teaches_it_on()
    {
        Printed looped = Run("distil", "shop");
        Assert.Matches("(?m)^first: (Oak table|Cordless drill 18 V)$", looped.Out);
        Assert.True(File.Exists(attar.PathOf("shop", "report", "metrics.json")));
        string before = File.ReadAllText(Run("distil", "shop").Out.Contains("everything is up to date") ? attar.PathOf("shop", "workspace.json") : "nothing is up to date");

        Run("loss", "shop");
        double[] curve = [.. File.ReadLines(attar.PathOf("shop", "student-hinge", "training.tsv")).Skip(1).Select(line => double.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture))];
        Assert.True(curve[^5..].Average() < curve[..5].Average(), string.Join(' ', curve));
        Assert.Equal(before, File.ReadAllText(attar.PathOf("shop", "workspace.json"))); // it is no stage
    }

    [Fact]
    public async Task The_web_service_orders_as_the_server_says_and_as_the_search_did_where_there_is_none()
    {
        await using var server = AttarServer.Create(
            new ServerOptions(Port: 0, DrainMs: 0),
            [new Source<IScoringModel>("student", () => new TextModel((_, documents) => [.. documents.Select(document => (float)document.Length)]), () => "")],
            new Source<Storefront>("catalogue", () => new Storefront(null!, new Dictionary<string, Attar.Data.Product>(), []), () => ""));
        Uri address = await AttarServer.Start(server);
        using Process service = attar.StartOther("dotnet", ["exec", App("web"), "--attar", address.ToString(), "--deadline-ms", "60000", "--urls", "http://127.0.0.1:0"]);
        try
        {
            using var http = new HttpClient { BaseAddress = await Listening(service) };
            async Task<string[]> Order() => (await (await http.PostAsJsonAsync("order", new { query = "lamp", titles = new[] { "lamp", "lamp shade", "desk lamp, brass" } })).Content.ReadFromJsonAsync<string[]>())!;
            Assert.Equal(["desk lamp, brass", "lamp shade", "lamp"], await Order());
            await server.StopAsync();
            Assert.Equal(["lamp", "lamp shade", "desk lamp, brass"], await Order());
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync();
        }
    }

    /// <summary>Where it says that it listens.</summary>
    static async Task<Uri> Listening(Process service)
    {
        const string said = "Now listening on: ";
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (await service.StandardOutput.ReadLineAsync(late.Token) is { } line)
            if (line.Contains(said)) return new Uri(line[(line.IndexOf(said) + said.Length)..].Trim());
        throw new InvalidOperationException($"the service ended: {await service.StandardError.ReadToEndAsync(late.Token)}");
    }

    Printed Run(string sample, params string[] arguments)
    {
        using Process process = attar.StartOther("dotnet", ["exec", App(sample), .. arguments]);
        Printed printed = AttarProcess.WaitFor(process);
        Assert.True(printed.Code == 0, printed.Out + printed.Error);
        return printed;
    }

    static string App(string sample) => Path.Combine(AppContext.BaseDirectory, $"Attar.Samples.{sample}.dll");
}
