using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Teaching;

/// <summary>
/// Words that an encoder is to find again: of a share of them 80 % stand behind the mask token, 10 % are replaced and 10 % left
/// (masked language modelling; Devlin et al. 2019). BERT hides 15 %; Wettig et al. 2023 find
/// 40 % better in larger models. In small ones, on a catalogue, it makes little difference (results/README.md).
/// </summary>
sealed class MaskedWords
{
    public const double Preset = .15;
    readonly double share;
    readonly int mask, firstWord, vocabulary;

    /// <param name="share">Of the tokens that are words, above 0 and below 1.</param>
    /// <exception cref="InputException">for another share, and for a vocabulary without a mask token.</exception>
    public MaskedWords(double share, ITokenizer tokenizer)
    {
        if (share is not (> 0 and < 1)) throw new InputException("maskedShare", $"expected a share above 0 and below 1, found {share}");
        (this.share, vocabulary) = (share, tokenizer.VocabularySize);
        mask = tokenizer.IdOf(SpecialTokens.Mask);
        if (mask < 0) throw new InputException("tokenizer", $"its vocabulary has no {SpecialTokens.Mask} for a student to find words behind; take one that has, or pre-train a teacher");
        firstWord = Enumerable.Range(0, vocabulary).First(id => !SpecialTokens.IsSpecial(tokenizer.TokenOf(id)));
    }

    /// <summary>Hides words in the batch itself.</summary>
    /// <returns>The rows to predict, and the tokens that stood there.</returns>
    public (int[] Rows, int[] Labels) Hide(PackedBatch batch, Random random)
    {
        List<int> rows = [], labels = [];
        Span<int> ids = batch.Ids.Span;
        for (int row = 0; row < batch.Tokens; row++)
        {
            if (ids[row] < firstWord || random.NextDouble() >= share) continue;
            rows.Add(row);
            labels.Add(ids[row]);
            double what = random.NextDouble();
            if (what < .8) ids[row] = mask;
            else if (what < .9) ids[row] = random.Next(firstWord, vocabulary);
        }
        return ([.. rows], [.. labels]);
    }
}
