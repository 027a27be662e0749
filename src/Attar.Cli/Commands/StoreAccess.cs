using System.Data.Common;
using Attar.Online.Experiments;
using Attar.Online.Storage;

namespace Attar.Cli.Commands;

/// <summary>The store that a file of experiments names, for one command.</summary>
static class StoreAccess
{
    /// <param name="made">Whether a server must have made it before.</param>
    /// <exception cref="InputException">when it is not there.</exception>
    /// <exception cref="StageFailedException">when it is away.</exception>
    public static Result With(string file, bool made, Func<OnlineSettings, OnlineStore, Task<Result>> body)
    {
        OnlineSettings settings = OnlineSettings.Read(file);
        if (made && !settings.IsPostgres && !File.Exists(settings.Store)) throw new InputException(settings.Store, "no store there yet; attar serve --experiments makes it");
        return Open().GetAwaiter().GetResult();

        async Task<Result> Open()
        {
            try
            {
                await using OnlineStore store = await OnlineStore.Open(OnlineStore.DatabaseOf(settings));
                return await body(settings, store);
            }
            catch (DbException error)
            {
                throw new StageFailedException($"{settings.StoreName} {(settings.IsPostgres ? "is away" : "cannot be used")}: {error.Message}");
            }
        }
    }
}
