[assembly: AssemblyFixture(typeof(Attar.Online.Tests.Storage.PostgresEnd))]

namespace Attar.Online.Tests.Storage;

/// <summary>Ends the database server when all tests are done.</summary>
public sealed class PostgresEnd : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await PostgresServer.End();
}
