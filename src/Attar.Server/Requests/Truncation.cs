using System.Globalization;

namespace Attar.Server.Requests;

/// <summary>What of a request's texts did not fit the pairs that the model reads.</summary>
/// <param name="Query">Whether a query lost its end.</param>
/// <param name="Documents">How many lost theirs.</param>
readonly record struct Truncation(bool Query, int Documents)
{
    public bool Any => Query || Documents > 0;

    /// <summary>A dictionary as RFC 9651 has it: <c>query, documents=3</c>.</summary>
    public override string ToString() => string.Join(", ", [.. Query ? ["query"] : (string[])[], .. Documents > 0 ? [string.Create(CultureInfo.InvariantCulture, $"documents={Documents}")] : (string[])[]]);

    public static Truncation operator +(Truncation a, Truncation b) => new(a.Query || b.Query, a.Documents + b.Documents);
}
