using System.Data.Common;

namespace Attar.Online.Storage;

/// <summary>Where the store's tables lie. What SQL says is the same for all; only opening differs.</summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>For messages; without a password.</summary>
    string Name { get; }

    /// <summary>An open connection whose commits have reached the disk when they return.</summary>
    /// <exception cref="DbException">when it is away.</exception>
    Task<DbConnection> Open(CancellationToken cancel);

    /// <summary>Keeps other servers from migrating at the same time, until the transaction of the command ends.</summary>
    string LockOut { get; }
}
