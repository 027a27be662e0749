namespace Attar.Distillation;

/// <summary>The products of one query that the student is to learn to order, with their target scores.</summary>
public sealed record TargetList(string Query, string[] ProductIds, float[] Targets);

/// <summary>The same, or a part of it, with the products by their places in the catalogue: four bytes each, however long their names.</summary>
public sealed record TargetGroup(string Query, int[] Products, float[] Targets);
