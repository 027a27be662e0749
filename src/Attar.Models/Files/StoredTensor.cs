namespace Attar.Models.Files;

/// <summary>Where a checkpoint keeps a parameter: a tensor, or one of several equal parts of it that lie one below the other.</summary>
/// <param name="Shape">Of the part.</param>
/// <param name="Part">0..Parts-1</param>
public sealed record StoredTensor(string Name, int[] Shape, int Part = 0, int Parts = 1)
{
    /// <summary>The shape of the whole tensor.</summary>
    public long[] WholeShape => [(long)Shape[0] * Parts, .. Shape.Skip(1)];

    /// <summary>Values of the part.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => product * length);
}
