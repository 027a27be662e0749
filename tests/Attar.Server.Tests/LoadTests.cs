using Attar.Server.Load;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Attar.Server.Tests;

public sealed class LoadTests : IDisposable
{
    readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task Every_request_is_counted_by_what_became_of_it()
    {
        File.WriteAllText(file, """
            {"query":"q","documents":["a","b"]}
            {"query":"q","documents":[]}
            """);
        await using TestServer server = await TestServer.Start();
        LoadReport report = await LoadGenerator.Run(server.Address, LoadGenerator.ReadLists(file), new LoadPlan(2, 0, 1, 0, null, 1), CancellationToken.None);
        Assert.True(report.Requests >= 2); // each caller asks at least once, however slow the machine
        Assert.InRange(report.Full, .2, .8); // about half; how many requests fit into a second depends on the machine
        Assert.InRange(report.Failed, .2, .8); // an empty list is refused
        Assert.Equal(1, report.Full + report.Partial + report.Refused + report.Failed, 6);
        Assert.Equal(2, report.DocumentsPerSecond / report.PerSecond, 6);
        Assert.Equal(0, report.Unscored);
        Assert.True(report.P50 <= report.P99);
    }

    [Fact]
    public async Task Another_server_of_the_same_shape_can_be_loaded_too()
    {
        File.WriteAllText(file, """{"query":"q","documents":["a","b"]}""");
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        await using WebApplication other = builder.Build();
        other.Urls.Add("http://127.0.0.1:0");
        other.Run(context => context.Response.WriteAsync("""{"results":[{"index":0},{"index":1}]}"""));
        await other.StartAsync();
        LoadReport report = await LoadGenerator.Run(new Uri(other.Urls.Single()), LoadGenerator.ReadLists(file), new LoadPlan(1, 0, .1, 0, null, 1), CancellationToken.None);
        Assert.Equal((1, 2.0), (report.Full, Math.Round(report.DocumentsPerSecond / report.PerSecond, 6)));
    }

    [Theory]
    [InlineData(false, 40, 80)] // Poisson with mean 60, one seed
    [InlineData(true, 60, 61)]
    public async Task An_open_loop_keeps_its_rate_however_long_answers_take(bool even, int fewest, int most)
    {
        File.WriteAllText(file, """{"query":"q","documents":["a"]}""");
        await using TestServer server = await TestServer.Start((_, documents) =>
        {
            Thread.Sleep(100);
            return new float[documents.Count];
        }, new ServerOptions(ScoreCache: 0));
        LoadReport report = await LoadGenerator.Run(server.Address, LoadGenerator.ReadLists(file), new LoadPlan(0, 60, 1, 0, null, 1, even), CancellationToken.None);
        Assert.InRange(report.Requests, fewest, most);
        Assert.Equal(1, report.Full);
    }

    [Fact]
    public void Lines_that_are_no_request_are_named()
    {
        File.WriteAllText(file, "{\"query\":\"q\",\"documents\":[\"a\"]}\nnonsense\n{\"query\":\"q\"}\n");
        Assert.Equal([$"{file}:2", $"{file}:3"], Assert.Throws<InputException>(() => LoadGenerator.ReadLists(file)).Faults.Select(fault => fault.Where));
        Assert.Throws<InputException>(() => LoadGenerator.ReadLists(file + ".absent"));
    }
}
