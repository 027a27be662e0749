namespace Attar.Server.Requests;

/// <summary>What the texts of one request may cost before anything is computed; what they do not reach of it stays unscored.</summary>
/// <param name="Tokens">Of all its pairs.</param>
/// <param name="Until">A timestamp of the clock; null for none.</param>
sealed record ReadingBudget(int Tokens, long? Until, TimeProvider Clock)
{
    /// <summary>For what the server asks itself.</summary>
    public static ReadingBudget Boundless { get; } = new(int.MaxValue, null, TimeProvider.System);

    public bool IsSpent(int tokens) => tokens >= Tokens || (Until is { } limit && Clock.GetTimestamp() >= limit);
}
