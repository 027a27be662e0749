namespace Attar.Endpoints;

/// <param name="Input">Price of a million tokens sent, in any currency.</param>
/// <param name="Output">Price of a million tokens answered.</param>
/// <param name="Requests">Price of a thousand requests, for rerankers that are paid so.</param>
/// <param name="TokenBudget">Most tokens to spend, by the estimate and by the count; 0 asks nothing and tells the estimate.</param>
public sealed record PriceOptions(double Input = 0, double Output = 0, double Requests = 0, long? TokenBudget = null);
