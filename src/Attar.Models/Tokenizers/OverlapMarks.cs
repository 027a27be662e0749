namespace Attar.Models.Tokenizers;

/// <summary>What a model is told of each token about the other side of the pair; each mark has an embedding of its own.</summary>
public enum OverlapMarks
{
    /// <summary>Nothing, as published architectures.</summary>
    None,

    /// <summary>Whether the token stands on the other side too: 0 = no, 1 = a query token that does, 2 = a product token that does.</summary>
    Exact,

    /// <summary>
    /// Also how much of the token's word some word of the other side spells, as shares of its <see cref="WordGrams"/> in six levels: a misspelt, inflected or
    /// compounded word shares most of them. 0 = none of it; 1 to 11 = a query token's level, 6 more where the token itself is on the other side; 12 to 22 = a product token's.
    /// </summary>
    Graded,
}

public static class OverlapMarksExtensions
{
    /// <summary>How many marks there are, and so rows of the embedding.</summary>
    public static int Count(this OverlapMarks marks) => marks switch { OverlapMarks.None => 0, OverlapMarks.Exact => 3, _ => 2 * OverlapMarker.Kinds - 1 };
}
