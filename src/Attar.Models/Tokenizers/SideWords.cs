namespace Attar.Models.Tokenizers;

/// <summary>The words of one side of a pair.</summary>
/// <param name="Words">The grams of each.</param>
/// <param name="Counts">How many those are.</param>
/// <param name="WordOf">The word of each token, -1 where it has none.</param>
sealed record SideWords(WordGrams.Set[] Words, int[] Counts, int[] WordOf);
