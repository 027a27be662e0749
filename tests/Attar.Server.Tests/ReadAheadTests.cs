using System.Collections.Concurrent;
using Attar.Data;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>A model that knows products better for having seen them sees those of the catalogue before anybody asks.</summary>
public class ReadAheadTests
{
    static readonly Product[] products = [.. Enumerable.Range(1, 100).Select(i => new Product($"p{i}", $"ladder number {i}"))];

    /// <summary>Notes what it was shown without a query.</summary>
    sealed class Reader
    {
        readonly ConcurrentDictionary<string, int> read = [];

        public int Read => read.Count;
        public bool Fails { get; init; }

        public Source<IScoringModel> Source(bool readsAhead = true) => new("student", () => new TextModel(Score) { ReadsAhead = readsAhead }, () => "");

        float[] Score(string query, IReadOnlyList<string> documents)
        {
            if (query.Length == 0)
            {
                if (Fails) throw new InvalidOperationException("cannot");
                foreach (string document in documents) read.AddOrUpdate(document, 1, (_, times) => times + 1);
            }
            return TestServer.ByLength(query, documents);
        }

        public bool Once => read.Values.All(times => times == 1);
    }

    [Fact]
    public async Task All_products_are_read_once_the_server_listens_and_again_by_a_new_model()
    {
        Reader reader = new();
        await using TestServer server = await TestServer.Start(new ServerOptions(WatchSeconds: 0), Shop.Of(products), reader.Source());
        await TestServer.Until(() => Task.FromResult(reader.Read == products.Length));
        Assert.True(reader.Once);
        await AttarServer.Reload(server.App);
        await TestServer.Until(() => Task.FromResult(!reader.Once));
    }

    [Fact]
    public async Task No_more_than_there_is_room_for_and_nothing_for_models_that_gain_nothing()
    {
        Reader some = new(), none = new();
        await using TestServer first = await TestServer.Start(new ServerOptions(ReadAhead: 40), Shop.Of(products), some.Source());
        await using TestServer second = await TestServer.Start(new ServerOptions(), Shop.Of(products), none.Source(readsAhead: false));
        await TestServer.Until(() => Task.FromResult(some.Read == 40));
        await second.PostJson("/rerank", """{"query":"q","texts":["a","b"]}""");
        Assert.Equal((40, 0), (some.Read, none.Read));
    }

    [Fact]
    public async Task Requests_are_answered_though_reading_ahead_fails()
    {
        Reader reader = new() { Fails = true };
        await using TestServer server = await TestServer.Start(new ServerOptions(), Shop.Of(products), reader.Source());
        Assert.Equal(2, (await server.PostJson("/rerank", """{"query":"q","texts":["a","bb"]}""")).GetArrayLength());
    }
}
