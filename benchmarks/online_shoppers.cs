#:project ../src/Attar.Online/Attar.Online.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/online_shoppers.cs -- URL EXPERIMENT CLIENTS [SEED [heeding]]
// Shoppers of the quickstart's generated shop search a running server as part of an experiment, click and fill carts by the true grades of
// what they are shown, and the server is told: what docs/experiments-online.md walks through. With heeding they also prefer what sells well, by
// a column that the shop gets before with
// dotnet run -c Release benchmarks/online_shoppers.cs -- popularity WORKSPACE
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Evaluation;
using Attar.Workspaces;

if (args is ["popularity", var workspace])
{
    string file = Path.Combine(workspace, "data", "products.jsonl");
    File.WriteAllLines(file, [.. File.ReadLines(file).Select(line =>
    {
        JsonObject product = JsonNode.Parse(line)!.AsObject();
        product["kept"] = $"popularity={Sold((string)product["id"]!)}";
        return product.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    })]);
    return;
}
(string url, string experiment, int clients, ulong seed) = (args[0], args[1], int.Parse(args[2]), args.Length > 3 ? ulong.Parse(args[3]) : 1);
bool heeding = args is [.., "heeding"];
double[] attraction = [.02, .06, .15, .3];
GeneratedShop shop = GeneratedShop.Create(new ShopOptions(), new Silent());
Query[] queries = [.. shop.Data.Queries];
using var server = new HttpClient { BaseAddress = new Uri(url) };
var random = new SplitMix64(seed);
int searches = 0, events = 0;
for (int client = 0; client < clients; client++)
    do
    {
        Query query = queries[(int)(queries.Length * Share() * Share())]; // those at the head of the log more often
        JsonElement answer = await server.GetFromJsonAsync<JsonElement>($"search?q={Uri.EscapeDataString(query.Text)}&size=40&experiment={experiment}&client=shopper-{seed}-{client}");
        searches++;
        if (!answer.TryGetProperty("experiment", out JsonElement part)) continue;
        string id = part.GetProperty("query_id").GetString()!;
        List<object> done = [];
        foreach ((int place, JsonElement product) in answer.GetProperty("systems")[0].GetProperty("results").EnumerateArray().Index())
        {
            string shown = product.GetProperty("id").GetString()!;
            double wanted = Math.Min(.9, attraction[shop.TrueGradeOf(query.Id, shown)] * (heeding ? Math.Log(1 + Sold(shown)) / 3.5 : 1)); // 3.5: its mean
            if (Share() > 1.0 / (place + 1) || Share() > .01 + wanted * (1 + .3 / (place + 1))) continue;
            done.Add(Did("click"));
            if (Share() < wanted) done.Add(Did("add_to_cart"));

            object Did(string action) => new { action_name = action, query_id = id, client_id = $"shopper-{seed}-{client}", timestamp = DateTimeOffset.UtcNow, event_attributes = new { @object = new { object_id = shown }, position = new { ordinal = place + 1 } } };
        }
        if (done.Count == 0) continue;
        (await server.PostAsJsonAsync("ubi/events", done)).EnsureSuccessStatusCode();
        events += done.Count;
    }
    while (Share() < 2 / 3.0);
Console.WriteLine($"{clients} clients, {searches} searches, {events} events");

// From 1 to about 1,100 a month, most of them few: exp of a number drawn evenly from 0 to 7.
static int Sold(string product) => (int)Math.Exp(7 * (new SplitMix64(ulong.Parse(product[1..]) * 0x9E3779B97F4A7C15).Next() >> 11) * (1.0 / (1UL << 53)));

double Share() => (random.Next() >> 11) * (1.0 / (1UL << 53));

sealed class Silent : IProgressSink
{
    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line) { }
}
