namespace Attar.Data;

/// <summary>A judged catalogue in memory: what <c>import</c> produces and every later stage reads.</summary>
/// <param name="Splits">Split by query id; queries without an entry are unjudged (query log only) and count as train.</param>
public sealed record Dataset(
    GradeScale Scale,
    IReadOnlyList<Product> Products,
    IReadOnlyList<Query> Queries,
    IReadOnlyList<Judgment> Judgments,
    IReadOnlyDictionary<string, Split> Splits);
