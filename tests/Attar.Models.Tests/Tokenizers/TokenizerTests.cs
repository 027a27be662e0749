using System.Text;
using System.Text.Json.Nodes;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Tokenizers;

public class TokenizerTests
{
    static string[] Pieces(Tokenizer tokenizer, string text) => [.. Ids(tokenizer, text).Select(tokenizer.TokenOf)];

    static List<int> Ids(Tokenizer tokenizer, string text, bool specialTokens = true)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, ids, specialTokens);
        return ids;
    }

    /// <summary>A tokenizer that splits into words and knows none.</summary>
    static Tokenizer Words(string preTokenizer) => FixtureTokenizers.Load(
        $$"""{"pre_tokenizer": {{preTokenizer}}, "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0} } }""");

    static string Split(Tokenizer words, string text) => string.Join('|', words.Tokenize(text).Offsets.Select(range => text[range.Start..range.End]));

    static string Pattern(string regex) => new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = regex }, ["behavior"] = "Isolated", ["invert"] = false }.ToJsonString();

    [Theory]
    [InlineData("it's 1/2in.  x\n", "it|'s| |1|/|2|in|.| | x|\n")]
    [InlineData("IT'S 1234 \u00bd\u2033\r\n\r\n a", "IT|'S| |1|2|3|4| |\u00bd|\u2033\r\n\r\n| a")]
    [InlineData("a\t\tb \n \n  c", "a|\t|\tb| \n \n| | c")]
    [InlineData("\U0001f600ok \U0001d49c\U0001d7d8", "\U0001f600ok| \U0001d49c|\U0001d7d8")]
    public void Qwen2_words_are_letters_with_one_character_before_them_single_digits_and_punctuation(string text, string words) =>
        Assert.Equal(words, Split(Words(Pattern(Qwen2)), text));

    [Fact]
    public void A_merge_learned_earlier_goes_first_wherever_it_stands()
    {
        Tokenizer tokenizer = FixtureTokenizers.Load("""
            {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "bc": 3, "ab": 4, "abc": 5}, "merges": ["b c", "a b", "ab c"]}}
            """);
        Assert.Equal(["a", "bc", "ab", "ab"], Pieces(tokenizer, "abcabab"));
        string many = string.Concat(Enumerable.Repeat("abcab", 20)); // enough for the queue
        Assert.Equal(Enumerable.Repeat(new[] { "a", "bc", "ab" }, 20).SelectMany(x => x), Pieces(tokenizer, many));
    }

    [Fact]
    public void Unigram_takes_the_most_probable_way_and_joins_unknown_characters()
    {
        Tokenizer tokenizer = FixtureTokenizers.Load("""
            {"model": {"type": "Unigram", "unk_id": 0, "vocab": [["?", 0], ["a", -1], ["b", -2], ["ab", -2.5], ["bb", -5]]}}
            """);
        Assert.Equal(["ab", "b", "a"], Pieces(tokenizer, "abba")); // -5.5 beats a + bb + a = -7
        Assert.Equal([1, 0, 1], Ids(tokenizer, "axyz\U0001f600a"));
    }

    [Fact]
    public void Text_that_spells_a_special_token_is_one_only_when_asked()
    {
        Tokenizer tokenizer = FixtureTokenizers.Of("gpt2");
        int special = tokenizer.IdOf("<|endoftext|>");
        Assert.Contains(special, Ids(tokenizer, "x<|endoftext|>"));
        var ids = new List<int>();
        tokenizer.Encode("x<|endoftext|>", ids);
        Assert.DoesNotContain(special, ids);
        Assert.Equal("x<|endoftext|>", tokenizer.Decode(ids));
    }

    [Fact]
    public void A_pair_stands_within_the_structure_of_the_file()
    {
        Tokenizer tokenizer = FixtureTokenizers.Of("bert");
        TokenizedText pair = tokenizer.Tokenize("red drill", "a lamp");
        Assert.Equal("[CLS] re ##d drill [SEP] a lamp [SEP]", string.Join(' ', pair.Ids.Select(tokenizer.TokenOf)));
        Assert.Equal("00000111", string.Concat(pair.Segments));
        Assert.Equal("10001001", string.Concat(pair.Structure.Select(added => added ? 1 : 0)));
        Assert.Equal(["", "re", "d", "drill", "", "a", "lamp", ""], pair.Offsets.Select((range, i) => (i < 5 ? "red drill" : "a lamp")[range.Start..range.End]));
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    public void Bytes_come_back_as_they_were(string name)
    {
        Tokenizer tokenizer = FixtureTokenizers.Of(name);
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
        {
            string given = text ?? "", whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(given)); // lone surrogates are U+FFFD
            return tokenizer.Decode(Ids(tokenizer, given, specialTokens: false)) == whole;
        }));
    }

    [Fact]
    public void Places_cover_all_text_in_order() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
    {
        Tokenizer gpt2 = Untrimmed.Value;
        string given = text ?? "";
        TokenizedText tokens = gpt2.Tokenize(given);
        int end = 0;
        foreach (TextRange range in tokens.Offsets)
        {
            if (range.Start > end || range.End < range.Start) return false;
            end = Math.Max(end, range.End);
        }
        return tokens.Length == 0 || end == given.Length;
    }));

    [Fact]
    public void Every_tokenizer_takes_any_text_and_gives_ids_of_its_vocabulary()
    {
        Tokenizer[] all = [.. FixtureTokenizers.Names.Select(FixtureTokenizers.Of)];
        Check.QuickThrowOnFailure(Prop.ForAll<char[]>(units =>
        {
            string text = new(units); // lone surrogates among them
            return all.All(tokenizer => tokenizer.Tokenize(text, text).Ids.All(id => id >= 0 && id < tokenizer.VocabularySize));
        }));
    }

    [Fact]
    public void Ids_do_not_depend_on_what_was_encoded_before_or_on_other_threads()
    {
        Tokenizer shared = FixtureTokenizers.Of("llama2");
        string[] alone = [.. FixtureTokenizers.Corpus.Take(40).Select(text => string.Join(' ', Ids(FixtureTokenizers.Of("llama2"), text)))];
        Parallel.For(0, 100 * alone.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => Assert.Equal(alone[i % alone.Length], string.Join(' ', Ids(shared, FixtureTokenizers.Corpus[i % alone.Length]))));
    }

    static readonly Lazy<Tokenizer> Untrimmed = new(() =>
    {
        JsonNode json = FixtureTokenizers.JsonOf("gpt2");
        json["post_processor"] = null;
        return FixtureTokenizers.Load(json);
    });

    const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [Theory]
    [InlineData(Qwen2)]
    [InlineData(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [InlineData(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    public void The_scanner_of_a_pattern_cuts_where_the_regular_expression_cuts(string pattern)
    {
        Tokenizer scanner = Words(Pattern(pattern)), regex = Words(Pattern($"(?:{pattern})")); // not known by heart
        string alphabet = "asStTlLvVeEdDmMrR''  \t\n\r\u00a012\u00bd\u0663.,!-\u00e9\u4e2d\u0301\u200b";
        Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
        {
            var random = new System.Random(seed);
            string text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(12) == 0 ? "\U0001f600" : random.Next(12) == 0 ? "\U0001d49c" : $"{alphabet[random.Next(alphabet.Length)]}"));
            return Split(scanner, text) == Split(regex, text);
        }));
    }

    [Fact]
    public void A_text_of_a_hundred_thousand_characters_takes_no_quadratic_time()
    {
        Tokenizer[] all = [.. new[] { "gpt2", "qwen2", "llama2", "llama2-crossing", "unigram", "bert" }.Select(FixtureTokenizers.Of)];
        foreach (string unit in new[] { "a", " ", "ab", "\U0001f600", "e\u0301", "\u0301" })
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
            foreach (Tokenizer tokenizer in all) Assert.True(Ids(tokenizer, text).Count <= 4 * text.Length + 1);
        }
    }
}
