#:project ../src/Attar.Server/Attar.Server.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/online_kills.cs -- EVENTS KILLS [STORE]
// Sends EVENTS events of shoppers to a server at full speed, ends it with SIGKILL at KILLS random moments, and counts what the store then
// holds: nothing acknowledged may be missing or doubled. STORE is a new SQLite file unless it is a PostgreSQL connection of an empty database.
using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Net.Http.Json;
using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Online.Experiments;
using Attar.Online.Storage;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Builder;

const int Senders = 8, EventsOfARequest = 20;
if (args is ["serve", var file])
{
    WebApplication app = AttarServer.Create(
        new ServerOptions(Port: 0, Experiments: file, LogLevel: "none"), [new Source<IScoringModel>("student", () => new NoModel(), () => "")],
        new Source<Storefront>("catalogue", () => new Storefront(null!, new Dictionary<string, Product>(), []), () => ""));
    Console.WriteLine(await AttarServer.Start(app));
    await Task.Delay(Timeout.Infinite);
}

(int events, int kills) = (int.Parse(args[0]), int.Parse(args[1]));
string folder = Directory.CreateTempSubdirectory("attar-kills-").FullName, settings = Path.Combine(folder, "experiments.json");
File.WriteAllText(settings, $$"""{ "salt": "0123456789abcdef", "store": "{{(args.Length > 2 ? args[2] : "online.db")}}" }""");
ConcurrentDictionary<string, bool> acknowledged = [];
ConcurrentBag<string[]> unacknowledged = [];
int next = 0, refused = 0, killed = 0;
var random = new Random(1);
TimeSpan sending = TimeSpan.Zero;
while (acknowledged.Count < events)
{
    using Process server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["serve", settings]) { RedirectStandardOutput = true })!;
    using var client = new HttpClient { BaseAddress = new Uri((await server.StandardOutput.ReadLineAsync())!) };
    long begun = Stopwatch.GetTimestamp();
    Task[] senders = [.. Enumerable.Range(0, Senders).Select(_ => Task.Run(() => Send(client)))];
    // a kill somewhere in each of the even parts of the way
    int upTo = killed < kills ? (int)((killed + random.NextDouble()) * events / kills) : events;
    while (acknowledged.Count < upTo && !Task.WhenAll(senders).IsCompleted) await Task.Delay(1);
    if (killed < kills)
    {
        await Task.Delay(random.Next(0, 20));
        server.Kill();
        killed++;
    }
    await Task.WhenAll(senders);
    sending += Stopwatch.GetElapsedTime(begun);
    server.Kill();
    await server.WaitForExitAsync();
}

await using IDatabase database = OnlineStore.DatabaseOf(OnlineSettings.Read(settings));
HashSet<string> kept = [];
int rows = 0;
await using (DbConnection connection = await database.Open(default))
{
    await using DbCommand command = connection.CreateCommand();
    command.CommandText = "select id from event";
    await using DbDataReader reader = await command.ExecuteReaderAsync();
    for (; await reader.ReadAsync(); rows++) kept.Add(reader.GetString(0));
}
int lost = acknowledged.Keys.Count(id => !kept.Contains(id));
Console.WriteLine($"{database.Name}: {acknowledged.Count} acknowledged, {killed} kills, {refused} requests refused; {rows} kept, {lost} lost, {rows - kept.Count} doubled; {acknowledged.Count / sending.TotalSeconds:0} events a second, restarts aside");
Directory.Delete(folder, recursive: true);
return lost == 0 && rows == kept.Count ? 0 : 1;

async Task Send(HttpClient client)
{
    while (acknowledged.Count < events)
    {
        string[] ids = unacknowledged.TryTake(out string[]? again) ? again : [.. Enumerable.Range(0, EventsOfARequest).Select(_ => $"e{Interlocked.Increment(ref next)}")];
        try
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync("ubi/events", ids.Select(id => new { event_id = id, action_name = "click", query_id = "q" + id, client_id = "c" + id, timestamp = "2026-11-30T12:00:00Z", event_attributes = new { @object = new { object_id = "p1" }, position = new { ordinal = 1 } } }));
            if (answer.IsSuccessStatusCode) foreach (string id in ids) acknowledged[id] = true;
            else
            {
                Interlocked.Increment(ref refused);
                unacknowledged.Add(ids);
            }
        }
        catch (HttpRequestException)
        {
            unacknowledged.Add(ids); // sent again to the next server, as a client would
            return;
        }
    }
}

/// <summary>Events need no model.</summary>
sealed class NoModel : IScoringModel
{
    public TokenizedText Tokenize(string text, bool structure) => throw new NotSupportedException();

    public string TokenOf(int id) => throw new NotSupportedException();

    public PairText Text => throw new NotSupportedException();

    public bool ReadsAhead => false;

    public int Labels => 1;

    public IReadOnlyList<double>? Gains => null;

    public void Logits(IReadOnlyList<TokenPair> pairs, float[] logits) => throw new NotSupportedException();

    public void Dispose() { }
}
