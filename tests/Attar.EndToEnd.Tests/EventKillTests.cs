using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Attar.Tests.Weights;
using Microsoft.Data.Sqlite;

namespace Attar.EndToEnd.Tests;

/// <summary><c>attar serve</c> killed while events come: what was acknowledged is kept, and kept once. <c>ATTAR_KILLS=20</c> kills it so often.</summary>
public sealed class EventKillTests : IDisposable
{
    const int Senders = 4, EventsOfARequest = 5;

    static readonly int kills = int.Parse(Environment.GetEnvironmentVariable("ATTAR_KILLS") ?? "3", CultureInfo.InvariantCulture);

    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_counted_twice()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        attar.Write("judged.tsv", "query\tproduct\ttitle\trating\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"word{i % 15} word{i % 7}\t{i}\tword{i % 15}\t{i % 3}\n")));
        Assert.Equal(0, attar.Run("import", "csv", "judged.tsv", "shop").Code);
        Directory.CreateDirectory(attar.PathOf("small"));
        File.WriteAllBytes(attar.PathOf("small", "model.onnx"), MadePackage.Onnx("bert-whole"));
        File.WriteAllBytes(attar.PathOf("small", "vocab.txt"), MadePackage.Vocabulary);
        attar.Write("experiments.json", """{ "salt": "0123456789abcdef" }""");

        ConcurrentDictionary<string, bool> acknowledged = [];
        var random = new Random(3);
        int next = 0, retried = 0;
        for (int life = 0; life <= kills; life++)
        {
            using Process process = attar.Start("serve", "shop", "--port", "0", "--json", "--model", "small/model.onnx", "--experiments", "experiments.json");
            try
            {
                string? line = await process.StandardOutput.ReadLineAsync(cancel);
                Assert.True(line is not null, line is null ? await process.StandardError.ReadToEndAsync(cancel) : "");
                using var client = new HttpClient { BaseAddress = new Uri((string)JsonNode.Parse(line!)!["address"]!) };
                bool last = life == kills;
                using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                Task[] senders = [.. Enumerable.Range(0, Senders).Select(_ => Task.Run(() => Send(client, last ? 20 : int.MaxValue, ends.Token), cancel))];
                if (!last)
                {
                    await Task.Delay(random.Next(200, 900), cancel);
                    process.Kill();
                }
                else await Task.WhenAll(senders);
                ends.CancelAfter(TimeSpan.FromSeconds(5));
                await Task.WhenAll(senders);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync(cancel);
            }
        }

        string[] kept = await Read();
        Assert.Equal(kept.Length, kept.Distinct().Count());
        Assert.Empty(acknowledged.Keys.Except(kept));
        Assert.True(acknowledged.Count > 100 && retried > 0, $"{acknowledged.Count} acknowledged, {retried} requests cut off");

        // Sends until the server is gone; what was not acknowledged is sent again by the next life's first request, as a client would.
        async Task Send(HttpClient client, int requests, CancellationToken until)
        {
            string[]? cutOff = null;
            for (int request = 0; request < requests; request++)
            {
                string[] ids = cutOff ?? [.. Enumerable.Range(0, EventsOfARequest).Select(_ => $"e{Interlocked.Increment(ref next)}")];
                try
                {
                    HttpResponseMessage answer = await client.PostAsJsonAsync("ubi/events", ids.Select(id => new { event_id = id, action_name = "click", timestamp = "2026-11-30T12:00:00Z", client_id = "ada" }), until);
                    if (!answer.IsSuccessStatusCode) continue;
                    foreach (string id in ids) acknowledged[id] = true;
                }
                catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
                {
                    Interlocked.Increment(ref retried);
                    unacknowledged.Add(ids);
                    return;
                }
                cutOff = unacknowledged.TryTake(out string[]? again) ? again : null;
            }
        }
    }

    readonly ConcurrentBag<string[]> unacknowledged = [];

    async Task<string[]> Read()
    {
        await using var connection = new SqliteConnection($"Data Source={attar.PathOf("online.db")};Pooling=false");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select id from event";
        await using SqliteDataReader reader = await command.ExecuteReaderAsync();
        List<string> ids = [];
        while (await reader.ReadAsync()) ids.Add(reader.GetString(0));
        return [.. ids];
    }
}
