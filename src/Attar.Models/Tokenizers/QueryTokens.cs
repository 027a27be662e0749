namespace Attar.Models.Tokenizers;

/// <summary>A query's side of a pair, tokenised once and used with many products.</summary>
/// <param name="Ids">Without special tokens, no longer than the budget of the <see cref="PairText"/> that made it.</param>
public sealed record QueryTokens(int[] Ids)
{
    /// <summary>Whether the query has more text than these.</summary>
    public bool Cut { get; init; }

    /// <summary>Where a pair is tokenised as one text.</summary>
    internal string Text { get; init; } = "";
}
