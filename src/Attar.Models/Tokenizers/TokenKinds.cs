using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>What each token of a vocabulary stands for.</summary>
sealed class TokenKinds
{
    enum Kind : byte { Word, Other, Special }

    readonly Kind[] kinds; // by token id

    public TokenKinds(ITokenizer tokenizer)
    {
        kinds = new Kind[tokenizer.VocabularySize];
        for (int id = 0; id < kinds.Length; id++) kinds[id] = KindOf(tokenizer, id);
    }

    public bool IsWord(int id) => id < kinds.Length && kinds[id] == Kind.Word;

    public bool IsSpecial(int id) => kinds[id] == Kind.Special;

    public bool[] Words() => [.. kinds.Select(kind => kind == Kind.Word)];

    static Kind KindOf(ITokenizer tokenizer, int id) =>
        tokenizer.TokenOf(id) is SpecialTokens.Unknown or "<unk>" ? Kind.Other // stands for text, but two unknown words need not be the same word
        : tokenizer.IsSpecial(id) ? Kind.Special
        : tokenizer.TextOf(id).Any(char.IsLetterOrDigit) ? Kind.Word : Kind.Other;
}
