namespace Attar.Models.Tokenizers.Tokens;

/// <summary>A stretch of a text, in UTF-16 units: from <paramref name="Start"/> up to, without, <paramref name="End"/>.</summary>
public readonly record struct TextRange(int Start, int End);
