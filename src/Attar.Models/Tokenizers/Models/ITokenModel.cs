namespace Attar.Models.Tokenizers.Models;

/// <summary>Splits a piece of text, usually a word, into tokens of a vocabulary. Safe for use by several threads at once.</summary>
interface ITokenModel
{
    Vocabulary Vocabulary { get; }

    /// <summary>The token for what the vocabulary cannot spell, or -1 where such text is left out.</summary>
    int Unknown { get; }

    /// <summary>Appends the tokens of a piece; never throws on odd text.</summary>
    void Split(ReadOnlySpan<char> piece, List<TokenSpan> tokens);
}

/// <summary>A token and the characters of the piece that it stands for.</summary>
readonly record struct TokenSpan(int Id, int Start, int End);
