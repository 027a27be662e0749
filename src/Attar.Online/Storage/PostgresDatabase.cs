using System.Data.Common;
using Npgsql;

namespace Attar.Online.Storage;

/// <summary>PostgreSQL, which several servers may share.</summary>
public sealed class PostgresDatabase : IDatabase
{
    readonly NpgsqlDataSource source;

    /// <exception cref="InputException">when the text is no connection.</exception>
    public PostgresDatabase(string connection)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "attar", IncludeErrorDetail = false };
            if (!connection.Contains("Timeout", StringComparison.OrdinalIgnoreCase)) (settings.Timeout, settings.CommandTimeout) = (3, 30); // searches go on without it, so do not wait long
            settings.Options = $"{settings.Options} -c synchronous_commit=on".Trim();
            Name = $"{settings.Host}/{settings.Database}";
            source = NpgsqlDataSource.Create(settings);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new InputException("store", "not a PostgreSQL connection; expected such as Host=localhost;Database=attar;Username=attar, and the password in PGPASSWORD or PGPASSFILE");
        }
    }

    public string Name { get; }

    public string LockOut => "select pg_advisory_xact_lock(7160351)"; // any number, the same for all

    public async Task<DbConnection> Open(CancellationToken cancel) => await source.OpenConnectionAsync(cancel);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
