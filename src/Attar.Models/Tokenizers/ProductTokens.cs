namespace Attar.Models.Tokenizers;

/// <summary>A product's side of a pair, tokenised once and used with many queries.</summary>
/// <param name="Ids">The fields with their markers, by descending priority, no longer than the budget of the <see cref="PairText"/> that made it.</param>
public sealed record ProductTokens(int[] Ids)
{
    /// <summary>Where marks are graded; null: to be read from the tokens.</summary>
    internal SideWords? Words { get; init; }

    /// <summary>Whether the fields have more text than the budget takes.</summary>
    public bool Cut { get; init; }

    /// <summary>Where a pair is tokenised as one text.</summary>
    internal string Text { get; init; } = "";
}
