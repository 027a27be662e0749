using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Teaching;

namespace Attar.Tests.Teaching;

public class MaskedWordsTests
{
    static readonly WordPieceTokenizer tokenizer = new([.. SpecialTokens.All, "red", "garden", "hose", "50", "foot"]);
    static readonly int mask = tokenizer.IdOf(SpecialTokens.Mask);

    static PackedBatch Pairs(int count)
    {
        var text = new FieldPairText(tokenizer);
        return PackedBatch.Of([.. Enumerable.Repeat(text.Encode("red hose", [new("", "garden hose red"), new(SpecialTokens.Brand, "50 foot")]), count)]);
    }

    [Theory, InlineData(.15), InlineData(.45)]
    public void The_share_of_words_is_to_be_found_again_most_of_them_behind_the_mask(double share)
    {
        PackedBatch whole = Pairs(2000), hidden = Pairs(2000);
        (int[] rows, int[] labels) = new MaskedWords(share, tokenizer).Hide(hidden, new Random(1));
        int[] before = whole.Ids.ToArray(), after = hidden.Ids.ToArray();
        Assert.Equal(share, rows.Length / 14_000.0, 1.3e-2); // 7 words a pair: three standard deviations of .0042 at most
        Assert.Equal(rows.Select(row => before[row]), labels);
        Assert.All(Enumerable.Range(0, before.Length).Except(rows), row => Assert.Equal(before[row], after[row]));
        Assert.DoesNotContain(labels, label => SpecialTokens.IsSpecial(tokenizer.TokenOf(label)));
        Assert.Equal(.8, rows.Count(row => after[row] == mask) / (double)rows.Length, 3e-2);
        Assert.Equal(.1 + .1 / 5, rows.Count(row => after[row] == before[row]) / (double)rows.Length, 3e-2); // of five words a random one may be the same
    }

    [Theory, InlineData(0), InlineData(1), InlineData(-.1), InlineData(double.NaN)]
    public void Other_shares_are_refused(double share) =>
        Assert.Contains("expected a share above 0 and below 1", Assert.Throws<InputException>(() => new MaskedWords(share, tokenizer)).Message);

    [Fact]
    public void A_vocabulary_without_a_mask_token_is_refused() =>
        Assert.Contains("has no [MASK]", Assert.Throws<InputException>(() => new MaskedWords(.15, new WordPieceTokenizer([.. SpecialTokens.All.Where(token => token != SpecialTokens.Mask), "red"]))).Message);

    [Fact]
    public void A_teacher_masks_nothing_and_refuses_to_be_told() =>
        Assert.Contains("a teacher predicts the next token", Assert.Throws<InputException>(() => new PretrainStage(ModelRole.Teacher, MaskedShare: .3).Run(null!)).Message);
}
