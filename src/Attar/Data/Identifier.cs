namespace Attar.Data;

/// <summary>What an identifier of a query or product may be: anything that leaves lines and tab-separated fields whole.</summary>
static class Identifier
{
    /// <summary>Why an identifier cannot be used, or null.</summary>
    public static string? Fault(string id) =>
        id.Length == 0 ? "without an identifier; expected one; fill it in"
        : id.Any(char.IsControl) ? $"identifier '{string.Concat(id.Select(c => char.IsControl(c) ? $"%{(int)c:X2}" : $"{c}"))}' has a tab, line break or other control character in it; expected none; replace it"
        : null;
}
