using System.Text;
using System.Text.Json;
using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Tests.Evaluation;
using Attar.Training;

namespace Attar.Tests.Training;

public sealed class VocabularyCoverageTests : IDisposable
{
    readonly MadeUp.Folder folder = new();
    readonly MadeUp.Notes notes = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Words_tokens_and_letters_are_counted()
    {
        VocabularyCoverage coverage = VocabularyCoverage.Of(WordPiece("red", "lamp", "##s", "2"), ["red lamps", "2 lamp 赤い"]);
        Assert.Equal((5, 7), (coverage.Words, coverage.Tokens)); // 赤 and い are a token each
        Assert.Equal((14, 2, 1), (coverage.Letters, coverage.Lost, coverage.Alone)); // s stands alone
        Assert.Equal((2, 1 / 7.0, 1.4), (coverage.Unknown, coverage.LostShare, coverage.TokensAWord));
        Assert.Equal(["赤い"], coverage.LostWords);
    }

    [Fact]
    public void A_word_that_cannot_be_spelled_loses_all_its_letters()
    {
        VocabularyCoverage coverage = VocabularyCoverage.Of(WordPiece("r", "##e", "lamp"), ["red lamp", "lamp red", "led"]);
        Assert.Equal((17, 9), (coverage.Letters, coverage.Lost));
        Assert.Equal(["red", "led"], coverage.LostWords); // the most frequent first
    }

    [Fact]
    public void An_accent_that_is_folded_away_loses_nothing()
    {
        VocabularyCoverage coverage = VocabularyCoverage.Of(WordPiece("cafe"), ["Café", "cafe\u0301"]);
        Assert.Equal((8, 0, 0), (coverage.Letters, coverage.Lost, coverage.Alone));
    }

    [Fact]
    public void Letters_are_read_one_by_one_where_none_of_their_tokens_has_another()
    {
        VocabularyCoverage coverage = VocabularyCoverage.Of(WordPiece("д", "##о", "##м", "##ик"), ["дом", "домик"]);
        Assert.Equal((8, 0, 6), (coverage.Letters, coverage.Lost, coverage.Alone));
        Assert.Equal(["дом"], coverage.SpelledWords);
    }

    [Fact]
    public void An_ideograph_may_have_a_token_of_its_own()
    {
        Assert.Equal(0, VocabularyCoverage.Of(WordPiece("赤", "色"), ["赤色"]).Alone);
        Assert.Equal((2, 0, 2), Letters(VocabularyCoverage.Of(Bytes(), ["赤色"]))); // three bytes each
    }

    [Fact]
    public void Bytes_lose_nothing()
    {
        VocabularyCoverage coverage = VocabularyCoverage.Of(Bytes(), ["red", "дом"]);
        Assert.Equal((6, 0, 6), Letters(coverage));
        Assert.Equal((0, 9, 4.5), (coverage.Unknown, coverage.Tokens, coverage.TokensAWord));
    }

    [Fact]
    public void A_letter_of_two_units_counts_once_and_half_a_one_is_no_letter()
    {
        Assert.Equal((1, 1, 0), Letters(VocabularyCoverage.Of(WordPiece("red"), ["\U00020BB7"])));
        Assert.Equal((1, 0, 0), Letters(VocabularyCoverage.Of(WordPiece("\U00020BB7"), ["\U00020BB7"])));
        Assert.Equal((3, 0, 0), Letters(VocabularyCoverage.Of(WordPiece("red"), ["red \uD842 \uDFB7"])));
        Assert.Equal((0, 0, 0), Letters(VocabularyCoverage.Of(WordPiece("red"), ["", "  ", "12 ½ 🎧"])));
    }

    [Fact]
    public void Of_a_large_catalogue_every_so_many_titles_are_read()
    {
        Product[] products = [.. Enumerable.Range(0, 25_000).Select(i => new Product($"p{i}", i % 5 == 0 ? "red" : "lamp"))];
        var dataset = new Dataset(new GradeScale([0, 1], 1), products, [new("q1", "red lamp"), new("q2", "赤")], [], new Dictionary<string, Split>());
        VocabularyCoverage coverage = VocabularyCoverage.Of(WordPiece("red", "lamp"), dataset);
        Assert.Equal((10_003, 1), (coverage.Words, coverage.Lost));
        Assert.Equal(8 + 5_000 * 3 + 5_000 * 4, coverage.Letters); // of five titles, those at 0 and 2
    }

    [Fact]
    public void A_vocabulary_that_reads_the_catalogue_is_not_spoken_of()
    {
        Coverage(letters: 1000, lost: 10, alone: 500).Check("minilm", notes);
        Coverage(letters: 0, lost: 0, alone: 0).Check("minilm", notes);
        Assert.Empty(notes.Lines);
    }

    [Fact]
    public void Lost_letters_are_warned_of_and_most_of_them_refused()
    {
        Coverage(letters: 100, lost: 32, alone: 0).Check("minilm", notes);
        Assert.StartsWith("warning: the vocabulary of minilm loses 32 % of the letters in titles and queries (20 % of 2.5 tokens a word are unknown), such as those of 'カード' and 'ドレス'; train from scratch", Assert.Single(notes.Lines), StringComparison.Ordinal);
        Coverage(letters: 100, lost: 50, alone: 0).Check("minilm", notes);
        Fault fault = Assert.Single(Assert.Throws<InputException>(() => Coverage(letters: 100, lost: 51, alone: 0).Check("minilm", notes)).Faults);
        Assert.Equal("from", fault.Where);
        Assert.Contains("loses 51 % of the letters", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Words_that_are_spelled_letter_by_letter_are_warned_of()
    {
        Coverage(letters: 100, lost: 1, alone: 90).Check("minilm", notes);
        Assert.StartsWith("warning: the vocabulary of minilm reads 90 % of the letters in titles and queries one by one (2.5 tokens a word), such as those of 'дрель' and 'чехол'", Assert.Single(notes.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bohrhammer mit SDS-Aufnahme, 800 Watt, inklusive Koffer und Bohrerset|Gartenschlauch 25 m mit Anschlussstücken und Spritzdüse", "")]
    [InlineData("Кофемашина автоматическая с капучинатором|Дрель ударная аккумуляторная, 18 В|Чехол кожаный для телефона", "one by one")]
    [InlineData("全自動コーヒーメーカー ミル付き|ワイヤレスイヤホン ノイズキャンセリング|赤い ドレス", "loses")]
    [InlineData("全自动咖啡机 不锈钢 带磨豆功能|无线降噪耳机|儿童自行车20寸 红色", "refused")]
    public void The_vocabulary_of_BERT_reads_Latin_letters(string titles, string expected)
    {
        File.Copy(SharedData.Need("tokenizers", "bert-base-uncased.vocab.txt"), folder.At("vocab.txt"));
        VocabularyCoverage coverage = VocabularyCoverage.Of(Tokenizer.Load(folder.Root), titles.Split('|'));
        if (expected == "refused") Assert.Throws<InputException>(() => coverage.Check("minilm", notes));
        else coverage.Check("minilm", notes);
        Assert.Equal(expected is "" or "refused" ? 0 : 1, notes.Lines.Count);
        Assert.All(notes.Lines, line => Assert.Contains(expected, line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_vocabulary_of_BERT_reads_a_shop_of_tools()
    {
        File.Copy(SharedData.Need("tokenizers", "bert-base-uncased.vocab.txt"), folder.At("vocab.txt"));
        string[] rows = File.ReadAllLines(SharedData.Need("home-depot", "train.csv"), Encoding.Latin1);
        VocabularyCoverage coverage = VocabularyCoverage.Of(Tokenizer.Load(folder.Root), rows.Where((_, row) => row % 20 == 1));
        Assert.Equal(0, coverage.Lost);
        Assert.InRange(coverage.AloneShare, .01, .05);
        coverage.Check("minilm", notes);
        Assert.Empty(notes.Lines);
    }

    static (long Letters, long Lost, long Alone) Letters(VocabularyCoverage coverage) => (coverage.Letters, coverage.Lost, coverage.Alone);

    static VocabularyCoverage Coverage(long letters, long lost, long alone) => new(40, 100, 20, letters, lost, alone, ["カード", "ドレス", "冬用"], ["дрель", "чехол"]);

    Tokenizer WordPiece(params string[] tokens)
    {
        folder.Write("wordpiece/vocab.txt", string.Join('\n', [SpecialTokens.Padding, SpecialTokens.Unknown, SpecialTokens.Start, SpecialTokens.Separator, .. tokens]));
        return Tokenizer.Load(folder.At("wordpiece"));
    }

    /// <summary>GPT-2's 256 letters for bytes, and no merges: those of Latin-1 that can be seen stand for themselves, the others begin at U+0100.</summary>
    Tokenizer Bytes()
    {
        int[] seen = [.. Enumerable.Range('!', 94), .. Enumerable.Range(0xA1, 12), .. Enumerable.Range(0xAE, 82)];
        IEnumerable<char> letters = [.. seen.Select(code => (char)code), .. Enumerable.Range(0x100, 256 - seen.Length).Select(code => (char)code)];
        folder.Write("bytes/vocab.json", JsonSerializer.Serialize(letters.Index().ToDictionary(entry => entry.Item.ToString(), entry => entry.Index)));
        folder.Write("bytes/merges.txt", "#version: 0.2\n");
        return Tokenizer.Load(folder.At("bytes"));
    }
}
