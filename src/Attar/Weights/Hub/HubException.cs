namespace Attar.Weights.Hub;

/// <summary>The Hub did not give what it was asked for.</summary>
/// <param name="temporary">Whether it may the next time.</param>
sealed class HubException(string message, bool temporary = false, Exception? cause = null) : Exception(message, cause)
{
    public bool Temporary => temporary;

    /// <summary>How long the Hub asks to wait.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Nobody answered at all.</summary>
    public bool Unreachable { get; init; }
}
