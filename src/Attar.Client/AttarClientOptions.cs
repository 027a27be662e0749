namespace Attar.Client;

/// <summary>What holds for every call of a client.</summary>
/// <param name="Key">An API key, where the server wants one.</param>
/// <param name="Model">Who ranks, by a name the server lists at <c>/v1/models</c>.</param>
/// <param name="Deadline">In which a call that names no deadline of its own is answered, at most an hour; null leaves it to the server's settings.</param>
/// <param name="Retries">How often a call is repeated that was told to come back later (429).</param>
public sealed record AttarClientOptions(string? Key = null, string Model = "student", TimeSpan? Deadline = null, int Retries = 3)
{
    /// <summary>The lowest score that a call returns; null leaves it to the server's settings, which usually show all.</summary>
    public MinScore? MinScore { get; init; }
}
