namespace Attar.Data;

/// <summary>What an identifier of a query or product may be: TREC runs and tab-separated files are split at white space.</summary>
static class Identifier
{
    /// <summary>Why an identifier cannot be used, or null.</summary>
    public static string? Fault(string id) =>
        id.Length == 0 ? "without an identifier; expected one; fill it in"
        : id.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)) ? $"identifier '{id}' has white space in it; expected none, because runs are separated by it; replace it"
        : null;
}
