namespace Attar.Endpoints;

/// <summary>A server's refusal, or an answer that cannot be used.</summary>
sealed class EndpointException(string message, int status = 0, bool temporary = true) : Exception(message)
{
    /// <summary>Of HTTP; 0 where the answer itself is at fault or none came.</summary>
    public int Status => status;

    /// <summary>Whether asking again may help.</summary>
    public bool Temporary => temporary;

    /// <summary>429 and what servers send in its place.</summary>
    public bool Overloaded => status is 429 or 503 or 529;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? Wait { get; init; }
}
