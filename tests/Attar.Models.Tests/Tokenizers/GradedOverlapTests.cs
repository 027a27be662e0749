using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Tokenizers;

public class GradedOverlapTests
{
    /// <summary>Letters, alone and behind another, and some longer tokens: any word of letters can be written, and some in few tokens.</summary>
    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, ",", .. Letters(""), .. Letters("##"), "vinyl", "deck", "##over", "over", "floor", "##ing"]);

    static readonly FieldPairText text = new(Tokenizer, 512, marks: OverlapMarks.Graded);

    static IEnumerable<string> Letters(string before) => Enumerable.Range('a', 26).Select(letter => before + (char)letter);

    /// <summary>The highest level of each word, from 0 to 5, and whether its tokens are all on the other side.</summary>
    static string Read(string query, string product)
    {
        TokenPair pair = text.Encode(query, [new("", product)]);
        return string.Join(' ', pair.Ids.Select((id, i) => (Token: Tokenizer.TokenOf(id), Mark: pair.Overlap[i])).Where(of => !of.Token.StartsWith('[') && !of.Token.StartsWith("##") && of.Token != ",")
            .Select(of => of.Mark == 0 ? "0" : $"{(of.Mark > 11 ? "p" : "q")}{(of.Mark - 1) % 11 + 1}"));
    }

    [Fact]
    public void The_same_word_has_the_highest_mark_and_another_none() =>
        Assert.Equal("q11 0 p11 0", Read("vinyl deck", "vinyl floor"));

    /// <summary>
    /// «floor» has thirteen grams: four pairs of letters, three threes, three at each edge. Ten of them are in «flooring», that is 15 of 20 parts, level 4; of the nineteen
    /// of «flooring» they are a good half, level 3. Where a word is cut into tokens changes its grams little.
    /// </summary>
    [Fact]
    public void Inflected_misspelt_and_compounded_words_have_marks_between()
    {
        Assert.Equal("q3 p4", ExactLess("flooring", "floor"));
        Assert.Equal("q3 p3", ExactLess("strentgh", "strength"));
        Assert.Equal("q2 p4 p4", ExactLess("deckover", "deck over"));
        Assert.Equal("0 0", ExactLess("deck", "vinyl"));
    }

    /// <summary>Without the part of a mark that says that the token itself is on the other side.</summary>
    static string ExactLess(string query, string product) =>
        string.Join(' ', Read(query, product).Split(' ').Select(mark => mark == "0" ? mark : int.Parse(mark[1..]) is var kind && kind > 5 ? $"{mark[0]}{kind - 6}" : mark));

    [Fact]
    public void Unknown_words_punctuation_and_markers_have_none()
    {
        TokenPair pair = text.Encode("vinyl, 日", [new("", "日 , vinyl"), new("[brand]", "deck")]);
        for (int i = 0; i < pair.Length; i++)
            Assert.Equal(Tokenizer.TokenOf(pair.Ids[i]) == "vinyl", pair.Overlap[i] > 0);
    }

    [Fact]
    public void Marks_are_those_of_each_word_with_its_best_partner() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string[] query = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Word(random))], product = [.. Enumerable.Range(0, random.Next(40)).Select(_ => Word(random))];
        TokenPair together = text.Encode(string.Join(' ', query), [new("", string.Join(' ', product))]);
        int at = 0;
        foreach (string word in query) at = Same(word, product, together, at);
        return true;

        int Same(string word, string[] others, TokenPair pair, int from)
        {
            int length = text.Query(word).Ids.Length;
            for (int i = 0; i < length; i++)
            {
                int token = 1 + from + i;
                int best = others.Length == 0 ? 0 : others.Max(other => Level(text.Encode(word, [new("", other)]).Overlap[1 + i]));
                if (Level(pair.Overlap[token]) != best) throw new InvalidOperationException($"«{word}» among {string.Join(' ', others)}: {pair.Overlap[token]}, expected level {best}");
            }
            return from + length;
        }
    }));

    static int Level(byte mark) => mark == 0 ? 0 : mark > 5 ? mark - 6 : mark;

    static string Word(System.Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => "aeinrst"[random.Next(7)]));

    [Fact]
    public void Words_of_a_prepared_product_give_the_marks_that_its_tokens_give() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string Text(int most) => string.Join(' ', Enumerable.Range(0, random.Next(most)).Select(_ => Word(random)));
        var cut = new FieldPairText(Tokenizer, random.Next(4, 60), marks: OverlapMarks.Graded);
        TokenPair pair = cut.Encode(cut.Query(Text(4)), cut.Prepare([new("", Text(20)), new("[brand]", Text(3))], keepWords: true));
        return pair.Overlap.SequenceEqual(cut.Marked(pair.Ids, pair.QuerySide).Overlap);
    }));

    [Theory]
    [InlineData("gpt2", "11 11 11")]
    [InlineData("llama2", "11 11 11")]
    public void Tokenizers_that_keep_spaces_know_their_words(string name, string marks)
    {
        Tokenizer tokenizer = FixtureTokenizers.Of(name);
        var pairs = new FieldPairText(tokenizer, layout: PairLayout.Decoder, marks: OverlapMarks.Graded);
        TokenPair pair = pairs.Encode("red drill", [new("", "cordless drill, red")]);
        Assert.Equal(marks, string.Join(' ', pair.Overlap[..3])); // " r" and "ed" are one word
    }

    [Fact]
    public void Long_texts_and_ids_beyond_the_vocabulary_are_marked_too()
    {
        int[] ids = [.. Enumerable.Range(0, 700).Select(i => i % 3 == 0 ? Tokenizer.IdOf("vinyl") : 5_000 + i)];
        TokenPair pair = text.Marked([Tokenizer.IdOf("vinyl"), .. ids], 1);
        Assert.Equal(11, pair.Overlap[0]);
        Assert.Equal(22, pair.Overlap[1]);
        Assert.Equal(0, pair.Overlap[2]);
    }
}
