using Newtonsoft.Json.Linq;
using NuGet.Common;
using NuGet.Packaging.Core;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;

namespace Attar.Weights.Packages;

/// <summary>The hash of a package that its feed lists: <c>packageHash</c> of the catalog's entry. Interface: https://learn.microsoft.com/nuget/api/catalog-resource.</summary>
static class PackageHash
{
    /// <returns>SHA-512 in base 64; null where the feed lists none, as folders and many feeds do.</returns>
    public static async Task<string?> Of(SourceRepository repository, PackageIdentity identity, SourceCacheContext cache, CancellationToken cancel)
    {
        try
        {
            if (await repository.GetResourceAsync<RegistrationResourceV3>(cancel) is not { } registration || await repository.GetResourceAsync<HttpSourceResource>(cancel) is not { } http) return null;
            JObject? entry = await registration.GetPackageMetadata(identity, cache, NullLogger.Instance, cancel);
            if (entry?["packageHash"] is null && Uri.TryCreate((string?)entry?["@id"], UriKind.Absolute, out Uri? address))
                entry = await http.HttpSource.GetJObjectAsync(new HttpSourceRequest(address, NullLogger.Instance) { IgnoreNotFounds = true }, NullLogger.Instance, cancel);
            return (string?)entry?["packageHashAlgorithm"] == "SHA512" ? (string?)entry["packageHash"] : null;
        }
        catch (FatalProtocolException)
        {
            return null;
        }
    }
}
