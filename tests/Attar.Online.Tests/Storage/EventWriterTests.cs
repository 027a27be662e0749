using Attar.Online.Events;
using Attar.Online.Storage;

namespace Attar.Online.Tests.Storage;

public sealed class EventWriterTests
{
    static ShopperEvent Did(string id, string? query = null) => new(id, 1, 2, "click", query, "c", "p", 1);

    static ShownQuery Shown(string id) => new(id, 1, "c", "table", ["p"], "lamps", "old");

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Requests_at_once_are_each_told_what_became_of_their_own(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await using EventWriter writer = new(store, (error, _) => Assert.Fail(error.Message));
        Receipt[] receipts = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => writer.Append([Shown($"q{i}")], [Did($"e{i}", $"q{i}"), Did("shared"), Did($"x{i}", "nowhere")])));
        Assert.All(receipts, receipt => Assert.Equal(1, receipt.UnknownQueries));
        Assert.Equal(601, receipts.Sum(receipt => receipt.Accepted));
        Assert.Equal(299, receipts.Sum(receipt => receipt.Duplicates));
        Assert.Equal((300, 601), await store.Count());
    }

    [Fact]
    public async Task What_was_offered_stands_before_the_events_that_follow_it()
    {
        await using TestDatabase database = await TestDatabase.Of("sqlite");
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await using EventWriter writer = new(store, (error, _) => Assert.Fail(error.Message));
        for (int i = 0; i < 50; i++)
        {
            writer.Offer(Shown($"q{i}"));
            Assert.Equal(0, (await writer.Append([], [Did($"e{i}", $"q{i}")])).UnknownQueries);
        }
    }

    [Fact]
    public async Task A_store_that_fails_is_told_and_one_that_comes_back_is_used_again()
    {
        await using TestDatabase database = await TestDatabase.Of("sqlite");
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        int failures = 0;
        await using EventWriter writer = new(store, (_, requests) => failures += requests);
        await Run("alter table event rename to gone");
        await Assert.ThrowsAsync<StoreAwayException>(() => writer.Append([], [Did("e1")]));
        writer.Offer(Shown("q1"));
        await Assert.ThrowsAsync<StoreAwayException>(() => writer.Append([], [Did("e2")]));
        Assert.True(failures >= 2);
        await Run("alter table gone rename to event");
        Assert.Equal(new Receipt(1, 0, 0), await writer.Append([], [Did("e1")]));
        Assert.Equal(1, (await store.Count()).Events); // nothing of what was refused

        async Task Run(string sql)
        {
            await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database.File};Pooling=false");
            await connection.OpenAsync();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task What_waits_is_written_before_the_end()
    {
        await using TestDatabase database = await TestDatabase.Of("sqlite");
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        EventWriter writer = new(store, (error, _) => Assert.Fail(error.Message));
        for (int i = 0; i < 500; i++) writer.Offer(Shown($"q{i}"));
        await writer.DisposeAsync();
        Assert.Equal((500, 0), await store.Count());
        Assert.Throws<StoreAwayException>(() => { _ = writer.Append([], [Did("late")]); });
    }
}
