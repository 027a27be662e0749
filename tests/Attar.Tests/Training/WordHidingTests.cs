using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Teaching;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Tests.Training;

public sealed class WordHidingTests : IDisposable
{
    static readonly WordPieceTokenizer tokenizer = new([.. SpecialTokens.All, "red", "garden", "hose", ",", "50", "foot"]);
    static readonly FieldPairText text = new(tokenizer);
    static readonly int mask = tokenizer.IdOf(SpecialTokens.Mask);
    readonly CpuKernels kernels = new(1);
    readonly Arena arena = new();

    Tape Tape(ulong seed) => new(kernels, arena, training: true, seed);

    static PackedBatch Pairs(int count) => PackedBatch.Of([.. Enumerable.Repeat(text.Encode("red hose", [new("", "garden hose, red"), new(SpecialTokens.Brand, "50 foot")]), count)]);

    [Fact]
    public void Words_are_hidden_and_nothing_else_of_a_pair_changes()
    {
        PackedBatch whole = Pairs(1), hidden = Pairs(1);
        new WordHiding(.999f, text, tokenizer).Apply(Tape(1), hidden);
        Assert.Equal("[CLS] [MASK] [MASK] [SEP] [MASK] [MASK] , [MASK] [brand] [MASK] [MASK] [SEP]", string.Join(' ', hidden.Ids.ToArray().Select(tokenizer.TokenOf)));
        Assert.Equal(whole.Overlap.ToArray(), hidden.Overlap.ToArray());
        Assert.Equal(whole.Segments.ToArray(), hidden.Segments.ToArray());
    }

    [Theory, InlineData(.1f), InlineData(.4f)]
    public void About_the_share_is_hidden_others_in_every_step_and_the_same_ones_for_a_seed(float share)
    {
        int[] Hidden(ulong seed)
        {
            PackedBatch batch = Pairs(1000);
            new WordHiding(share, text, tokenizer).Apply(Tape(seed), batch);
            return batch.Ids.ToArray();
        }
        int[] first = Hidden(1);
        Assert.Equal(share, first.Count(id => id == mask) / 7000.0, 1.5e-2); // 7 words a pair: a standard deviation of .006 at most
        Assert.Equal(first, Hidden(1));
        Assert.NotEqual(first, Hidden(2));
    }

    [Fact]
    public void A_share_of_nothing_leaves_the_text_and_the_tape_s_other_random_choices_alone()
    {
        PackedBatch batch = Pairs(3);
        Tape tape = Tape(1);
        new WordHiding(0, text, tokenizer).Apply(tape, batch);
        Assert.Equal(Pairs(3).Ids.ToArray(), batch.Ids.ToArray());
        Assert.Equal(Tape(1).NextStream(), tape.NextStream());
    }

    [Theory, InlineData(-.1f), InlineData(1f), InlineData(float.NaN)]
    public void Other_shares_are_refused(float share) =>
        Assert.Contains("expected a share from 0 to below 1", Assert.Throws<InputException>(() => new WordHiding(share, text, tokenizer)).Message);

    [Fact]
    public void A_vocabulary_without_a_mask_token_is_refused_only_where_words_are_to_be_hidden()
    {
        var maskless = new WordPieceTokenizer([.. SpecialTokens.All.Where(token => token != SpecialTokens.Mask), "red"]);
        Assert.Contains("no mask token", Assert.Throws<InputException>(() => new WordHiding(.1f, new FieldPairText(maskless), maskless)).Message);
        _ = new WordHiding(0, new FieldPairText(maskless), maskless);
    }

    [Fact]
    public void Pre_training_hides_words_by_itself_and_refuses_to_be_told() =>
        Assert.Contains("hides words by itself", Assert.Throws<InputException>(() => new PretrainStage(ModelRole.Student, Training: new TrainingOptions(HiddenWords: .1f)).Run(null!)).Message);

    public void Dispose()
    {
        arena.Dispose();
        kernels.Dispose();
    }
}
