namespace Attar.Distillation;

/// <summary>The products of one query that the student is to learn to order, with their target scores.</summary>
public sealed record TargetList(string Query, string[] ProductIds, float[] Targets);
