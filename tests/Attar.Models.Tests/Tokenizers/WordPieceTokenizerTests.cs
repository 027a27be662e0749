using Attar.Models.Tokenizers;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Tokenizers;

public class WordPieceTokenizerTests
{
    static readonly WordPieceTokenizer Small = new(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "##a", "cafe", "drill", "##s", "!", ",", "=", "日", "本", "a"]);

    static string Pieces(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, ids);
        return string.Join(' ', ids.Select(tokenizer.TokenOf));
    }

    [Theory]
    [InlineData("unaffable", "un ##aff ##able")] // the worked example of the BERT paper's code
    [InlineData("UnAffable, Drills!", "un ##aff ##able , drill ##s !")]
    [InlineData("Café", "cafe")]
    [InlineData("cafe\u0301", "cafe")]
    [InlineData("日本drill", "日 本 drill")]
    [InlineData("a\u0000\u200ba\tdrill\u00a0a", "a ##a drill a")]
    [InlineData("≠", "=")]
    [InlineData("unx", "[UNK]")]
    [InlineData("\ud800drill", "drill")]
    [InlineData("", "")]
    [InlineData(" \r\n ", "")]
    public void Text_splits_as_in_BERT(string text, string pieces) => Assert.Equal(pieces, Pieces(Small, text));

    [Fact]
    public void Hangul_syllables_decompose_into_their_letters()
    {
        var tokenizer = new WordPieceTokenizer(["[UNK]", "\u1112", "##\u1161", "##\u11ab"]);
        Assert.Equal([1, 2, 3], Ids(tokenizer, "\ud55c"));
    }

    [Fact]
    public void Text_that_spells_a_special_token_stays_text() =>
        Assert.Equal("[UNK] [UNK] [UNK]", Pieces(Small, "[SEP]"));

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown()
    {
        Assert.Equal(100, Ids(Small, new string('a', 100)).Count);
        Assert.Equal("[UNK]", Pieces(Small, new string('a', 101)));
    }

    [Fact]
    public void A_cased_vocabulary_keeps_case_and_accents()
    {
        var cased = new WordPieceTokenizer(["[UNK]", "Café", "cafe"], lowercase: false, stripAccents: false);
        Assert.Equal([1, 2], Ids(cased, "Café cafe"));
    }

    [Fact]
    public void Known_pieces_come_back_as_the_words_they_were_cut_from() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
    {
        var alphabet = Enumerable.Range('a', 26).Select(c => (char)c).ToArray();
        var letters = new WordPieceTokenizer(["[UNK]", .. alphabet.Select(c => $"{c}"), .. alphabet.Select(c => $"##{c}"), "ab", "##ab"]);
        string word = string.Concat((text ?? "").Where(char.IsAsciiLetter).Take(100));
        return string.Concat(Ids(letters, word).Select(letters.TokenOf)).Replace("##", "") == word.ToLowerInvariant();
    }));

    [Fact]
    public void Any_text_gives_ids_of_the_vocabulary() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
        Ids(Small, text ?? "").All(id => id >= 0 && id < Small.VocabularySize)));

    [Fact]
    public void Several_threads_get_the_same_ids()
    {
        string[] words = [.. Enumerable.Range(0, 500).Select(i => $"a{new string('a', i % 90)} drills")];
        var expected = words.Select(word => string.Join(' ', Ids(Small, word))).ToArray();
        var shared = new WordPieceTokenizer([.. Enumerable.Range(0, Small.VocabularySize).Select(Small.TokenOf)]);
        Parallel.For(0, 4000, i => Assert.Equal(expected[i % words.Length], string.Join(' ', Ids(shared, words[i % words.Length]))));
    }

    [Fact]
    public void A_vocabulary_with_a_token_twice_is_refused() =>
        Assert.Contains("twice", Assert.Throws<InvalidDataException>(() => new WordPieceTokenizer(["[UNK]", "a", "a"])).Message);

    static List<int> Ids(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, ids);
        return ids;
    }
}
