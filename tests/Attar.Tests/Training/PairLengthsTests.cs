using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Training;

namespace Attar.Tests.Training;

public class PairLengthsTests
{
    static readonly WordPieceTokenizer tokenizer = new([.. SpecialTokens.All, "red", "lamp", "oak", "table"]);

    static PairLengths Lengths(params int[] tokens) => new([.. tokens.Order()]);

    [Fact]
    public void Special_tokens_and_all_fields_count()
    {
        var product = new Product("p", "red lamp", Brand: "oak", Description: string.Join(' ', Enumerable.Repeat("table", 300)));
        Assert.Equal([3 + 1 + 2 + 2 + 301], PairLengths.Of(tokenizer, PairLayout.Encoder, [("lamp", product)]).Tokens);
        Assert.Equal([2 + 1 + 2 + 2 + 301], PairLengths.Of(tokenizer, PairLayout.Decoder, [("lamp", product)]).Tokens);
    }

    [Fact]
    public void A_budget_cuts_the_pairs_that_are_longer()
    {
        PairLengths lengths = Lengths(10, 20, 30, 40);
        Assert.Equal((.5, 15, .3), (lengths.CutShare(20), lengths.MeanLoss(20), lengths.LostShare(20)));
        Assert.Equal((0, 0, 0), (lengths.CutShare(40), lengths.MeanLoss(40), lengths.LostShare(40)));
    }

    [Fact]
    public void A_pair_is_cut_exactly_where_it_is_longer_than_the_budget()
    {
        var product = new Product("p", string.Join(' ', Enumerable.Repeat("lamp", 9)));
        PairLengths lengths = PairLengths.Of(tokenizer, PairLayout.Encoder, [("red", product)]);
        for (int budget = 8; budget < 20; budget++)
        {
            bool cut = new FieldPairText(tokenizer, budget).Encode("red", ProductText.Fields(product)).Length < lengths.Tokens[0];
            Assert.Equal(cut ? 1 : 0, lengths.CutShare(budget));
        }
    }

    [Fact]
    public void Judged_pairs_of_the_train_split_are_measured()
    {
        var dataset = new Dataset(
            new GradeScale([0, 1], 1),
            [new("p1", "red lamp"), new("p2", "oak table oak table oak")],
            [new("q1", "lamp"), new("q2", "red table")],
            [new("q1", "p1", 1), new("q1", "p2", 0), new("q2", "p2", 1)],
            new Dictionary<string, Split> { ["q2"] = Split.Test });
        Assert.Equal([6, 9], PairLengths.Of(tokenizer, PairLayout.Encoder, dataset).Tokens);
    }

    [Fact]
    public void The_note_says_how_many_are_cut_and_what_reads_all()
    {
        PairLengths lengths = Lengths([.. Enumerable.Repeat(40, 970), .. Enumerable.Repeat(100, 30)]);
        Assert.Equal("3.0 % of the pairs are longer than 64 tokens and were cut, by 36 tokens in the mean; --max-tokens 104 reads all", lengths.Note(64, 512));
        Assert.Equal("3.0 % of the pairs are longer than 64 tokens and were cut, by 36 tokens in the mean; --max-tokens 80 reads all but 3.0 %, and the model takes no more", lengths.Note(64, 80));
        Assert.Equal("3.0 % of the pairs are longer than 64 tokens and were cut, by 36 tokens in the mean; the model takes no more", lengths.Note(64, 64));
        Assert.Null(lengths.Note(100, 512));
    }

    [Fact]
    public void A_few_long_pairs_do_not_decide()
    {
        PairLengths lengths = Lengths([.. Enumerable.Repeat(40, 900), .. Enumerable.Repeat(90, 95), .. Enumerable.Repeat(3000, 5)]);
        Assert.Equal(96, lengths.Enough);
        Assert.Equal("10.0 % of the pairs are longer than 64 tokens and were cut, by 172 tokens in the mean; --max-tokens 96 reads all but 0.5 %", lengths.Note(64, 4096));
        Assert.Equal("0.5 % of the pairs are longer than 96 tokens and were cut, by 2904 tokens in the mean", lengths.Note(96, 4096));
        Assert.Null(Lengths([.. Enumerable.Repeat(40, 2000), 70]).Note(64, 4096));
    }

    [Fact]
    public void Without_pairs_nothing_is_said()
    {
        Assert.Null(Lengths().Note(64, 512));
        Assert.Equal(0, Lengths().Enough);
    }
}
