namespace Attar.Server.Requests;

/// <summary>Why a request is not answered; each client's interface has its own status codes for these.</summary>
enum Refusal
{
    /// <summary>Not JSON, or not an object.</summary>
    Malformed,

    /// <summary>Not sent as <c>application/json</c>.</summary>
    ContentType,
    TooLarge,

    /// <summary>No documents to rank.</summary>
    Empty,

    /// <summary>A field is missing or wrong.</summary>
    Invalid,

    /// <summary>No key, or one that is not known.</summary>
    Unauthorized,

    /// <summary>A key that may not do this.</summary>
    Forbidden,

    /// <summary>Sent to a name that is not the server's.</summary>
    WrongHost,

    /// <summary>This key asks too often.</summary>
    TooOften,

    /// <summary>Too many wait.</summary>
    Overloaded,
    TooSlow,

    /// <summary>Where events are kept is away or full.</summary>
    StoreAway,
    NotFound,
    Method,

    /// <summary>Our fault: a model failed.</summary>
    Failed,
}

/// <summary>Ends a request with an error in the shape its client expects; the message is for that client to read.</summary>
sealed class RequestRefused(Refusal refusal, string message) : Exception(message)
{
    public Refusal Refusal => refusal;

    /// <summary>Seconds after which it is worth another try; only where overloaded or asked too often.</summary>
    public int RetryAfter { get; init; } = 1;
}
