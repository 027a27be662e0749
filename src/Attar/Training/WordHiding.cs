using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Tensors.Autograd;

namespace Attar.Training;

/// <summary>
/// Hides words of what a model learns from behind the mask token, others in every step, while the target stays that of the whole text: the model may rest
/// on no single word (token cutoff; Shen et al. 2020). What a word has in common with the other side is still told.
/// </summary>
public sealed class WordHiding
{
    readonly float share;
    readonly int mask;
    readonly PairText text;

    /// <param name="share">Of the word tokens, from 0 to below 1.</param>
    /// <exception cref="InputException">for another share, and for a vocabulary without a mask token where words are to be hidden.</exception>
    public WordHiding(float share, PairText text, ITokenizer tokenizer)
    {
        if (share is not (>= 0 and < 1)) throw new InputException("hiddenWords", $"expected a share from 0 to below 1, found {share}");
        (this.share, this.text) = (share, text);
        mask = ((string[])[SpecialTokens.Mask, "<mask>"]).Select(tokenizer.IdOf).FirstOrDefault(id => id >= 0, -1);
        if (share > 0 && mask < 0) throw new InputException("hiddenWords", "the model's vocabulary has no mask token to hide words behind; leave it out");
    }

    /// <summary>The same words for the same tape's seed, however many threads there are.</summary>
    public void Apply(Tape tape, PackedBatch batch)
    {
        if (share == 0) return;
        var random = new Random((int)(tape.NextStream() >> 33));
        foreach (ref int id in batch.Ids.Span)
            if (text.IsWord(id) && random.NextSingle() < share) id = mask;
    }
}
