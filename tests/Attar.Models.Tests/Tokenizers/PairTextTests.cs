using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Tokenizers;

public class PairTextTests
{
    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, "drill", "cordless", "red", "acme", "tools", ",", "bit", "##s"]);
    static readonly TextField[] Drill = [new("", "cordless drill, red"), new("[brand]", "acme"), new("[category]", ""), new("[attributes]", "red"), new("[unheard]", "bits")];

    static string Read(TokenPair pair) => string.Join(' ', pair.Ids.Select(Tokenizer.TokenOf));

    static string Marks(byte[] marks) => string.Concat(marks);

    [Fact]
    public void An_encoder_reads_start_query_separator_fields_separator()
    {
        TokenPair pair = new FieldPairText(Tokenizer).Encode("red drills,", Drill);
        Assert.Equal("[CLS] red drill ##s , [SEP] cordless drill , red [brand] acme [attributes] red bit ##s [SEP]", Read(pair));
        Assert.Equal("00000011111111111", Marks(pair.Segments));
        Assert.Equal("01110002020002020", Marks(pair.Overlap)); // the comma is on both sides, yet says nothing
    }

    [Fact]
    public void A_decoder_reads_query_first_and_ends_in_the_token_its_head_reads()
    {
        TokenPair pair = new FieldPairText(Tokenizer, layout: PairLayout.Decoder).Encode("red drill", Drill);
        Assert.Equal("red drill [SEP] cordless drill , red [brand] acme [attributes] red bit ##s [SEP]", Read(pair));
    }

    [Theory]
    [InlineData(11, "[CLS] red drill [SEP] cordless drill , red [brand] acme [SEP]")] // the next marker would stand alone
    [InlineData(10, "[CLS] red drill [SEP] cordless drill , red [SEP]")]
    [InlineData(9, "[CLS] red drill [SEP] cordless drill , red [SEP]")]
    [InlineData(8, "[CLS] red drill [SEP] cordless drill , [SEP]")]
    [InlineData(5, "[CLS] red drill [SEP] [SEP]")]
    [InlineData(4, "[CLS] red [SEP] [SEP]")] // the query alone exceeds the budget: its tail goes
    public void What_exceeds_the_budget_is_cut_from_the_last_field_up(int budget, string expected) =>
        Assert.Equal(expected, Read(new FieldPairText(Tokenizer, budget).Encode("red drill", Drill)));

    [Fact]
    public void A_long_query_leaves_a_third_of_the_room_to_the_product()
    {
        var text = new FieldPairText(Tokenizer, 12);
        string query = string.Join(' ', Enumerable.Repeat("red", 100));
        Assert.Equal("[CLS] red red red red red red [SEP] cordless drill , [SEP]", Read(text.Encode(query, Drill)));
        Assert.True(text.Query(query).Cut);
        Assert.False(text.Query("red red red red red red").Cut);
    }

    [Fact]
    public void A_pair_tells_whether_its_product_was_cut()
    {
        Assert.True(new FieldPairText(Tokenizer, 12).Encode("red", Drill).ProductCut);
        Assert.False(new FieldPairText(Tokenizer, 96).Encode("red", Drill).ProductCut);
        Assert.True(new FieldPairText(Tokenizer, 8).Prepare([new("", string.Join(' ', Enumerable.Repeat("red", 9)))]).Cut);
        Assert.False(new FieldPairText(Tokenizer, 8).Prepare([new("", string.Join(' ', Enumerable.Repeat("red", 8)))]).Cut);
    }

    [Fact]
    public void Unknown_words_do_not_overlap()
    {
        TokenPair pair = new FieldPairText(Tokenizer).Encode("xyzzy", [new("", "plugh")]);
        Assert.Equal("[CLS] [UNK] [SEP] [UNK] [SEP]", Read(pair));
        Assert.Equal("00000", Marks(pair.Overlap));
    }

    [Fact]
    public void The_template_names_layout_and_budget() =>
        Assert.Equal("pair1-decoder-64", new FieldPairText(Tokenizer, 64, PairLayout.Decoder).Template);

    [Fact]
    public void A_vocabulary_without_separator_is_refused() =>
        Assert.Throws<InvalidDataException>(() => new FieldPairText(new WordPieceTokenizer(["[UNK]", "[CLS]"])));

    [Theory]
    [InlineData("gpt2", PairLayout.Decoder, "| r|ed| drill|<|endoftext|>| cord|less| drill|,| r|ed| r|ed|<|endoftext|>", "1110002022220")]
    [InlineData("llama2", PairLayout.Decoder, "|r|ed|drill|</s>|cord|less|drill|,|r|ed|r|ed|</s>", "1110002022220")]
    [InlineData("roberta", PairLayout.Encoder, "|<s>| r|ed| drill|</s>|</s>| cord|less| drill|,| r|ed| r|ed|</s>", "011100002022220")]
    public void Other_tokenizers_join_texts_by_the_special_tokens_they_have(string name, PairLayout layout, string tokens, string overlap)
    {
        Tokenizer tokenizer = FixtureTokenizers.Of(name);
        TokenPair pair = new FieldPairText(tokenizer, layout: layout).Encode("red drill", [new("", "cordless drill, red"), new("[attributes]", "red")]);
        Assert.Equal(tokens, string.Concat(pair.Ids.Select(id => "|" + ((ITokenizer)tokenizer).TextOf(id))));
        Assert.Equal(overlap, Marks(pair.Overlap));
    }

    [Fact]
    public void A_prepared_product_gives_the_pair_that_cutting_field_by_field_gives() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string[] words = ["drill", "cordless", "red", "acme", "tools", ",", "bits", "xyzzy", ""];
        string Text() => string.Join(' ', Enumerable.Range(0, random.Next(8)).Select(_ => words[random.Next(words.Length)]));
        TextField[] fields = [new("", Text()), new("[brand]", Text()), new("[unheard]", Text()), new("[description]", Text())];
        var text = new FieldPairText(Tokenizer, random.Next(4, 30), (PairLayout)random.Next(2));
        string query = Text();
        TokenPair pair = text.Encode(text.Query(query), text.Prepare(fields));
        TokenPair direct = text.Encode(query, fields);
        return pair.Ids.SequenceEqual(FieldByField(text, query, fields)) && pair.Length <= text.Budget
            && direct.Ids.SequenceEqual(pair.Ids) && direct.Overlap.SequenceEqual(pair.Overlap) && direct.Segments.SequenceEqual(pair.Segments)
            && pair.Overlap.SequenceEqual(OverlapOf(pair));
    }));

    /// <summary>The rules of the layout said again, one field at a time with the room that is left.</summary>
    static List<int> FieldByField(PairText text, string query, TextField[] fields)
    {
        int separator = Tokenizer.IdOf("[SEP]");
        List<int> ids = text.Layout == PairLayout.Encoder ? [Tokenizer.IdOf("[CLS]")] : [], tokens = [];
        Tokenizer.Encode(query, tokens);
        int left = text.Budget - ids.Count - 2;
        ids.AddRange(tokens.Take(left - left / 3));
        ids.Add(separator);
        foreach (var (marker, content) in fields)
        {
            tokens.Clear();
            Tokenizer.Encode(content, tokens);
            int room = text.Budget - 1 - ids.Count;
            bool marked = Tokenizer.IdOf(marker) >= 0;
            if (tokens.Count == 0 || room < (marked ? 2 : 1)) { if (tokens.Count > 0) break; continue; }
            if (marked) ids.Add(Tokenizer.IdOf(marker));
            ids.AddRange(tokens.Take(room - (marked ? 1 : 0)));
        }
        ids.Add(separator);
        return ids;
    }

    static IEnumerable<byte> OverlapOf(TokenPair pair) => pair.Ids.Select((id, i) =>
        Tokenizer.TokenOf(id) is "," || Tokenizer.TokenOf(id).StartsWith('[') ? (byte)0
        : !pair.Ids.Where((other, j) => other == id && pair.Segments[j] != pair.Segments[i]).Any() ? (byte)0
        : (byte)(1 + pair.Segments[i]));
}
