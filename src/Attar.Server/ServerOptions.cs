namespace Attar.Server;

/// <summary>Where the server listens and how much it takes on.</summary>
/// <param name="Port">0 lets the system choose a free one.</param>
/// <param name="Host">An IP address or <c>localhost</c>; loopback unless asked otherwise, for the server has no keys.</param>
/// <param name="Model">The name told to clients; requests may name any model and get this one.</param>
/// <param name="MaxDocuments">Documents of one rerank request.</param>
/// <param name="MaxBody">Bytes of one request; text-embeddings-inference's default.</param>
/// <param name="MaxWaiting">Requests that may wait for the one being scored; later ones are told to come back (429).</param>
public sealed record ServerOptions(
    int Port = 8080,
    string Host = "127.0.0.1",
    string Model = "student",
    int MaxDocuments = 1000,
    int MaxBody = 2_000_000,
    int MaxWaiting = 64);
