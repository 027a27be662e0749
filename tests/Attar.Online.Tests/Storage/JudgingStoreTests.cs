using Attar.Data;
using Attar.Online.Judging;
using Attar.Online.Storage;

namespace Attar.Online.Tests.Storage;

/// <summary>Tasks, items and answers, in both databases.</summary>
public sealed class JudgingStoreTests
{
    static readonly DateTimeOffset noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    static readonly JudgingTask lamps = new("lamps", JudgingKind.Grade, JudgingTask.UsualGrades(3), new GradeScale([0, .5, 1], 1), "«Exact» is\nwhat was asked for.", ["bm25", "student"], 10, 50, 2, .2);

    static JudgingItem Item(string query, string product, double? known = null) => new(query, "Ünïcode 'query' 漢字", [[product]], new() { ["bm25"] = 3 }, .25, known);

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_was_written_is_read_as_it_was(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using (OnlineStore store = await OnlineStore.Open(database.Open()))
        {
            JudgingItem[] items = [Item("q1", "p 1"), Item("q1", "p2", 1.5), .. Enumerable.Range(0, 1200).Select(i => Item("q2", $"p{i}"))];
            Assert.True(await store.Judging.Add(lamps, items, noon));
            Assert.False(await store.Judging.Add(lamps with { Raters = 5 }, [], noon)); // the first one stays
            Assert.True(await store.Judging.Add(lamps with { Name = "pairs", Kind = JudgingKind.Compare }, [new JudgingItem("q1", "lamp", [["p1", "p2"], ["p2"]])], noon.AddMinutes(1)));
        }
        await using OnlineStore again = await OnlineStore.Open(database.Open());
        IReadOnlyList<(JudgingTask Task, long Made)> tasks = await again.Judging.Tasks();
        Assert.Equal(["pairs", "lamps"], tasks.Select(task => task.Task.Name));
        Assert.Equal((lamps.Definition, noon.ToUnixTimeMilliseconds()), (tasks[1].Task.Definition, tasks[1].Made));
        IReadOnlyList<JudgingItem> read = await again.Judging.Items("lamps");
        Assert.Equal((1202, Item("q1", "p 1").Content, 1.5), (read.Count, read[0].Content, read[1].Known));
        Assert.Equal(["p2"], (await again.Judging.Items("pairs"))[0].Lists[1]);
        Assert.Empty(await again.Judging.Items("nothing"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task An_answer_is_kept_once_replaced_and_taken_back(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Judging.Add(lamps, [Item("q1", "p1"), Item("q1", "p2")], noon);
        await store.Judging.Answer("lamps", [new(0, "ann", false, 2, 5), new(0, "bob", false, 1, 6)]);
        await store.Judging.Answer("lamps", [new(0, "ann", false, 1, 7)]); // pressed twice
        await store.Judging.Answer("lamps", [new(0, "ann", true, 2, 8), new(1, "ann", false, JudgingAnswer.CannotSay, 9)]);
        Assert.Equal([new(0, "bob", false, 1, 6), new(0, "ann", false, 1, 7), new(0, "ann", true, 2, 8), new(1, "ann", false, -1, 9)], await store.Judging.Answers("lamps"));
        Assert.Equal(new JudgingAnswer(1, "ann", false, -1, 9), await store.Judging.Undo("lamps", "ann"));
        Assert.Equal(new JudgingAnswer(0, "ann", true, 2, 8), await store.Judging.Undo("lamps", "ann"));
        Assert.NotNull(await store.Judging.Undo("lamps", "ann"));
        Assert.Null(await store.Judging.Undo("lamps", "ann")); // bob's stays
        Assert.Equal("bob", Assert.Single(await store.Judging.Answers("lamps")).Rater);
        Assert.True(await store.Judging.Remove("lamps"));
        Assert.False(await store.Judging.Remove("lamps"));
        Assert.Empty(await store.Judging.Answers("lamps"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Raters_at_the_same_time_lose_nothing(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        await store.Judging.Add(lamps, [.. Enumerable.Range(0, 20).Select(i => Item("q1", $"p{i}"))], noon);
        await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, 4).Select(rater => System.Threading.Tasks.Task.Run(async () =>
        {
            for (int place = 0; place < 20; place++) await store.Judging.Answer("lamps", [new(place, $"r{rater}", false, place % 3, place)]);
        })));
        Assert.Equal(80, (await store.Judging.Answers("lamps")).Count);
    }

    /// <summary>A store that 0.2 made before there was judging has it after it is opened.</summary>
    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task A_store_of_before_is_brought_up_to_date(string kind)
    {
        await using TestDatabase database = await TestDatabase.Of(kind);
        await using (IDatabase former = database.Open())
        {
            await using var connection = await former.Open(default);
            await connection.Run("create table migration (version integer primary key, at bigint not null)");
            await connection.Run(Migrations.All[0]);
            await connection.Run("insert into migration values (1, 0)");
        }
        await using OnlineStore store = await OnlineStore.Open(database.Open());
        Assert.True(await store.Judging.Add(lamps, [], noon));
        Assert.Equal((0, 0), await store.Count());
    }
}
