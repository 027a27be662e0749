namespace Attar.Endpoints;

/// <param name="Concurrency">Requests under way at once.</param>
/// <param name="Batch">Pairs in one request, where the interface takes several; text-embeddings-inference takes 32 unless told otherwise.</param>
/// <param name="Attempts">How often one request is tried; with waits of up to a minute between, eight last out some three minutes.</param>
/// <param name="TimeoutSeconds">Of one attempt.</param>
public sealed record PaceOptions(int Concurrency = 8, int Batch = 32, int Attempts = 8, double TimeoutSeconds = 60);
