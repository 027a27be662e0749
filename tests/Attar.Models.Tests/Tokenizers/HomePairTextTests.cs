using System.Text.Json.Nodes;
using Attar.Models.Tokenizers;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Tokenizers;

/// <summary>Pairs as a model's own library writes them.</summary>
public class HomePairTextTests
{
    static readonly Tokenizer Roberta = WithoutPrefix(), Gpt = FixtureTokenizers.Of("gpt2");

    static Tokenizer WithoutPrefix()
    {
        JsonNode json = FixtureTokenizers.JsonOf("roberta");
        json["pre_tokenizer"]!["add_prefix_space"] = false; // as RoBERTa's own says
        return FixtureTokenizers.Load(json);
    }

    static string Read(Tokenizer tokenizer, TokenPair pair) => string.Concat(pair.Ids.Select(id => $"|{tokenizer.TextOf(id)}")) + "|";

    static PlainPairText Plain(int budget = 32, PairForm.TwoTexts? form = null) => new(Roberta, budget, PairLayout.Encoder, form ?? new());

    static PromptPairText Prompt(string template, int budget = 64) => new(Gpt, budget, PairLayout.Decoder, PairForm.OneText.Of(template));

    [Fact]
    public void No_space_stands_before_the_first_word_of_a_side()
    {
        TokenPair pair = Plain().Encode("red drill", [new("", "cordless drill")]);
        Assert.Equal("|<s>|r|ed| drill|</s>|</s>|c|ord|less| drill|</s>|", Read(Roberta, pair));
        Assert.All(pair.Segments, segment => Assert.Equal(0, segment)); // RoBERTa's file says so
    }

    [Fact]
    public void A_product_is_its_fields_joined_by_spaces() =>
        Assert.Equal(Plain().Encode("red", [new("", "cordless drill red")]).Ids, Plain().Encode("red", [new("", "cordless drill"), new("[brand]", ""), new("[category]", "red")]).Ids);

    [Fact]
    public void An_empty_side_leaves_its_place() => Assert.Equal("|<s>|</s>|</s>|c|ord|less|</s>|", Read(Roberta, Plain().Encode("", [new("", "cordless")])));

    [Fact]
    public void BERT_is_told_the_sides_unless_its_tokenizer_tells_it_nothing()
    {
        Tokenizer bert = FixtureTokenizers.Of("bert");
        TokenPair Of(bool one) => new PlainPairText(bert, 32, PairLayout.Encoder, new(OneSegment: one)).Encode("red", [new("", "drill")]);
        Assert.Contains((byte)1, Of(one: false).Segments);
        Assert.DoesNotContain((byte)1, Of(one: true).Segments);
    }

    [Theory] // as Hugging Face's tokenizers cut: truncation strategy longest_first
    [InlineData(3, 4, 8, 3, 4)]
    [InlineData(3, 10, 8, 3, 5)]
    [InlineData(10, 3, 8, 5, 3)]
    [InlineData(9, 10, 8, 4, 4)]
    [InlineData(9, 10, 9, 4, 5)]
    [InlineData(10, 9, 9, 5, 4)]
    [InlineData(0, 10, 9, 0, 9)]
    public void The_longer_side_is_cut(int query, int product, int room, int first, int second) => Assert.Equal((first, second), PlainPairText.LongestFirst(query, product, room));

    [Fact]
    public void Cutting_loses_no_more_than_it_must() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte, byte, byte>((query, product, room) =>
    {
        (int first, int second) = PlainPairText.LongestFirst(query, product, room);
        return first <= query && second <= product && first + second == Math.Min(query + product, room);
    }));

    [Fact]
    public void What_is_cut_goes_from_the_end_or_from_the_beginning()
    {
        TextField[] drill = [new("", "cordless drill")];
        Assert.Equal("|<s>|r|ed|</s>|</s>|c|ord|</s>|", Read(Roberta, Plain(8).Encode("red drill", drill)));
        Assert.Equal("|<s>|ed| drill|</s>|</s>|less| drill|</s>|", Read(Roberta, Plain(8, new(CutsStart: true)).Encode("red drill", drill)));
    }

    [Fact]
    public void A_prompt_is_tokenised_as_one_text()
    {
        TokenPair pair = Prompt("q: {query}\n{product}").Encode("red drill", [new("", "cordless")]);
        List<int> whole = [];
        Gpt.Encode("q: red drill\ncordless", whole);
        Assert.Equal(whole, pair.Ids);
        Assert.Equal(pair.Length, pair.QuerySide);
    }

    [Fact]
    public void A_template_s_special_tokens_are_tokens_and_a_product_s_are_text()
    {
        int end = Gpt.IdOf("<|endoftext|>");
        TokenPair pair = Prompt("{query}<|endoftext|>{product}").Encode("red <|endoftext|>", [new("", "<|endoftext|> drill")]);
        Assert.Equal(1, pair.Ids.Count(id => id == end));
        Assert.Equal("red <|endoftext|><|endoftext|><|endoftext|> drill", Gpt.Decode(pair.Ids, skipSpecial: false));
    }

    [Fact]
    public void What_the_prompt_ends_with_stays_where_a_pair_is_cut()
    {
        List<int> tail = [];
        Gpt.Encode("\nrelevant:", tail);
        TokenPair pair = Prompt("{query}\n{product}\nrelevant:", 24).Encode("red drill", [new("", string.Concat(Enumerable.Repeat("cordless drill ", 20)))]);
        Assert.Equal(24, pair.Length);
        Assert.Equal(tail, pair.Ids[^tail.Count..]);
    }

    [Theory]
    [InlineData("Query: {query}")]
    [InlineData("{product}")]
    public void A_template_without_a_side_is_refused(string template) =>
        Assert.Contains("expected a text with {query} and {product}", Assert.Throws<InvalidDataException>(() => PairForm.OneText.Of(template)).Message);

    [Fact]
    public void A_decoder_taught_here_does_not_end_its_pairs_with_the_padding()
    {
        JsonNode json = FixtureTokenizers.JsonOf("qwen2");
        json["added_tokens"]!.AsArray().Add(JsonNode.Parse("""{"id":350,"content":"<|im_end|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}"""));
        Tokenizer qwen = FixtureTokenizers.Load(json);
        int padding = qwen.IdOf("<|endoftext|>"), other = qwen.IdOf("<|im_end|>");
        FieldPairText before = new(qwen, 32, PairLayout.Decoder), now = new(qwen, 32, PairLayout.Decoder, padding: padding);
        Assert.Equal((padding, other), (before.Encode("red", [new("", "drill")]).Ids[^1], now.Encode("red", [new("", "drill")]).Ids[^1]));
        Assert.DoesNotContain(padding, now.Encode("red", [new("", "drill")]).Ids);
        Assert.Equal(("pair1-decoder-32", "pair2-decoder-32"), (before.Template, now.Template)); // labels of both do not mix
        Assert.Equal("pair1-decoder-32", new FieldPairText(qwen, 32, PairLayout.Decoder, padding: other).Template);
    }
}
