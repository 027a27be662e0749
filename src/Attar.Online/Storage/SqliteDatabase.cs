using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Attar.Online.Storage;

/// <summary>One file of SQLite's with its write-ahead log: readers do not wait for the writer, and a commit is on the disk before it returns.</summary>
public sealed class SqliteDatabase(string path) : IDatabase
{
    readonly string connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5, ForeignKeys = false }.ToString();

    public string Name => path;

    public string LockOut => "select 1"; // a transaction that is to write locks the file as it begins

    public async Task<DbConnection> Open(CancellationToken cancel)
    {
        var open = new SqliteConnection(connection);
        try
        {
            await open.OpenAsync(cancel);
            using SqliteCommand settings = open.CreateCommand();
            settings.CommandText = "pragma journal_mode = wal; pragma synchronous = full;";
            await settings.ExecuteNonQueryAsync(cancel);
            return open;
        }
        catch
        {
            await open.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        using var any = new SqliteConnection(connection);
        SqliteConnection.ClearPool(any); // closes the file, and folds the log into it
        return ValueTask.CompletedTask;
    }
}
