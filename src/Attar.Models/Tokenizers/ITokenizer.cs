using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>Text to token ids; special tokens are added by the pair text, not here.</summary>
public interface ITokenizer
{
    int VocabularySize { get; }

    /// <summary>Appends the ids of <paramref name="text"/>; never throws on odd text.</summary>
    void Encode(string text, List<int> ids);

    /// <summary>Id of a token of the vocabulary such as <c>[CLS]</c>, or -1.</summary>
    int IdOf(string token);

    /// <summary>The token's text, for inspection.</summary>
    string TokenOf(int id);

    /// <summary>The text that a token stands for, as far as it is whole characters; the token itself where tokens are text.</summary>
    string TextOf(int id) => TokenOf(id);

    /// <summary>True for tokens that stand for structure instead of text.</summary>
    bool IsSpecial(int id) => SpecialTokens.IsSpecial(TokenOf(id));

    /// <summary>Appends the ids of a text in which special tokens may be spelled out and are then those tokens, as in a chat template's.</summary>
    void EncodeStructured(string text, List<int> ids) => Encode(text, ids);

    /// <summary>How the tokens are spelled that <see cref="EncodeStructured"/> finds and <see cref="Encode"/> does not.</summary>
    IEnumerable<string> SpecialSpellings => [];

    /// <summary>What the tokenizer's file puts around texts; <see cref="PairStructure.None"/> where it says nothing.</summary>
    PairStructure Structure => PairStructure.None;

    /// <summary>Writes the files that Hugging Face tools read.</summary>
    void Save(string folder);
}
