// A shop's own service, which asks an Attar server (attar serve) in what order to show what its search found.
//   dotnet run --project samples/web -- --attar http://localhost:8080 --urls http://localhost:5000
using Attar.Client;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddAttarReranker(
    new Uri(builder.Configuration["attar"] ?? "http://localhost:8080"),
    new AttarClientOptions(Deadline: TimeSpan.FromMilliseconds(builder.Configuration.GetValue("deadline-ms", 300))));
WebApplication app = builder.Build();

app.MapPost("/order", async (Found found, AttarClient attar, ILogger<Found> log) =>
{
    try
    {
        Ranking ranking = await attar.Rerank(found.Query, found.Titles);
        return ranking.Results.Select(result => found.Titles[result.Index]);
    }
    catch (Exception fault) when (fault is AttarException or TimeoutException or HttpRequestException)
    {
        log.LogWarning("the search's own order is shown: {Reason}", fault.Message);
        return found.Titles;
    }
});
app.Run();

/// <summary>What a search found, in its own order.</summary>
sealed record Found(string Query, string[] Titles);
