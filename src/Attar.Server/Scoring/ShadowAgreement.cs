namespace Attar.Server.Scoring;

/// <summary>How far the shadow is from a model, over the requests that both scored since the later of the two was loaded.</summary>
/// <param name="Difference">Sum over requests of the mean distance of logits; <paramref name="Disagreement"/> of the share of document pairs ordered differently.</param>
/// <param name="SameFirst">Requests with the same first document.</param>
sealed record ShadowAgreement(string Model, DateTimeOffset Loaded, DateTimeOffset ShadowLoaded, long Requests, double Difference, double Disagreement, long SameFirst)
{
    /// <summary>Whether it is of these very models: one that was replaced begins anew.</summary>
    public bool Goes(DateTimeOffset loaded, DateTimeOffset shadowLoaded) => (Loaded, ShadowLoaded) == (loaded, shadowLoaded);

    public ShadowAgreement With(double difference, double disagreement, bool sameFirst) =>
        this with { Requests = Requests + 1, Difference = Difference + difference, Disagreement = Disagreement + disagreement, SameFirst = SameFirst + (sameFirst ? 1 : 0) };
}
