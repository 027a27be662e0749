using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Attar.Workspaces;

namespace Attar.Labeling.Audit;

/// <summary>One figure and the limit it is held to.</summary>
/// <param name="Name">In kebab case, as the option of its limit.</param>
/// <param name="Value">A share in [0,1]; null where the data does not tell.</param>
/// <param name="AtLeast">Whether the limit is the least that passes; otherwise it is the most.</param>
/// <param name="Examples">A few of what is meant.</param>
public sealed record AuditCheck(string Name, string Means, double? Value, double Limit, bool AtLeast, IReadOnlyList<string> Examples)
{
    public bool Passed => Value is not { } value || (AtLeast ? value >= Limit : value <= Limit);
}

/// <summary>A histogram: how many fall under each name.</summary>
public sealed record AuditCounts(string Name, IReadOnlyList<AuditCount> Counts);

/// <summary>One bar.</summary>
public sealed record AuditCount(string Name, long Count);

/// <summary>What <c>audit/pairs.json</c> says of the pairs and, where they are labelled, of the labels.</summary>
public sealed record PairAudit(long Pairs, long Queries, long Products, long Labels, IReadOnlyList<AuditCheck> Checks, IReadOnlyList<AuditCounts> Histograms)
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RecordJson.NoNullItems } },
    };

    /// <exception cref="InputException">The file is damaged.</exception>
    internal static PairAudit Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PairAudit>(File.ReadAllBytes(path), json) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InputException(path, "damaged: expected what attar audit pairs writes; audit again");
        }
    }

    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, json));
}
