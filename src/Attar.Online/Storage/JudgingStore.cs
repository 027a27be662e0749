using System.Data.Common;
using Attar.Online.Judging;

namespace Attar.Online.Storage;

/// <summary>The part of the store that raters work with.</summary>
public sealed class JudgingStore
{
    const int RowsOfACommand = 500;

    readonly IDatabase database;

    internal JudgingStore(IDatabase database) => this.database = database;

    /// <summary>Every task and when it was made, Unix milliseconds; the newest first.</summary>
    public async Task<IReadOnlyList<(JudgingTask Task, long Made)>> Tasks(CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        return await connection.Read(row => (JudgingTask.OfDefinition(row.GetString(0)), row.GetInt64(1)), "select definition, made from judging order by made desc, name");
    }

    /// <returns>False where one of that name is there already, which stays as it is.</returns>
    public async Task<bool> Add(JudgingTask task, IReadOnlyList<JudgingItem> items, DateTimeOffset now)
    {
        await using DbConnection connection = await database.Open(default);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        if (await connection.Run("insert into judging values (@p0, @p1, @p2) on conflict (name) do nothing", task.Name, task.Definition, now.ToUnixTimeMilliseconds()) == 0) return false;
        foreach ((int Index, JudgingItem Item)[] some in items.Index().Chunk(RowsOfACommand))
        {
            await using DbCommand insert = connection.Rows("insert into judging_item (judging, place, content)", [.. some.Select(one => (object?[])[task.Name, one.Index, one.Item.Content])], ["", 0, ""], "");
            await insert.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
        return true;
    }

    /// <summary>A task's items by their places, which never change.</summary>
    public async Task<IReadOnlyList<JudgingItem>> Items(string task, CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        return await connection.Read(row => JudgingItem.OfContent(row.GetString(0)), "select content from judging_item where judging = @p0 order by place", task);
    }

    /// <summary>All that raters said of a task, in the order of time.</summary>
    public async Task<IReadOnlyList<JudgingAnswer>> Answers(string task, CancellationToken cancel = default)
    {
        await using DbConnection connection = await database.Open(cancel);
        return await connection.Read(
            row => new JudgingAnswer(Convert.ToInt32(row.GetValue(0)), row.GetString(1), Convert.ToInt32(row.GetValue(2)) == 1, Convert.ToInt32(row.GetValue(3)), row.GetInt64(4)),
            "select place, rater, again, answer, at from judging_answer where judging = @p0 order by at, place, rater, again", task);
    }

    /// <summary>Keeps answers; one that a rater gave before to the same item is replaced. They are on the disk when this returns.</summary>
    public async Task Answer(string task, IReadOnlyList<JudgingAnswer> answers)
    {
        await using DbConnection connection = await database.Open(default);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        foreach (JudgingAnswer[] some in answers.Chunk(RowsOfACommand))
        {
            await using DbCommand insert = connection.Rows(
                "insert into judging_answer (judging, place, rater, again, answer, at)",
                [.. some.Select(one => (object?[])[task, one.Place, one.Rater, one.Again ? 1 : 0, one.Answer, one.At])],
                ["", 0, "", 0, 0, 0L],
                "on conflict (judging, place, rater, again) do update set answer = excluded.answer, at = excluded.at");
            await insert.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
    }

    /// <summary>Takes back the last answer of a rater.</summary>
    /// <returns>That answer, or null where there is none.</returns>
    public async Task<JudgingAnswer?> Undo(string task, string rater)
    {
        if ((await Answers(task)).LastOrDefault(answer => answer.Rater == rater) is not { } last) return null;
        await using DbConnection connection = await database.Open(default);
        await connection.Run("delete from judging_answer where judging = @p0 and place = @p1 and rater = @p2 and again = @p3", task, last.Place, rater, last.Again ? 1 : 0);
        return last;
    }

    /// <summary>Deletes a task with all that raters said of it.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> Remove(string task)
    {
        await using DbConnection connection = await database.Open(default);
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        foreach (string table in (string[])["judging_answer", "judging_item"]) await connection.Run($"delete from {table} where judging = @p0", task);
        bool was = await connection.Run("delete from judging where name = @p0", task) > 0;
        await transaction.CommitAsync();
        return was;
    }
}
