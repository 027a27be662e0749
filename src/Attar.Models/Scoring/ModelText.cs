using Attar.Models.Decoders;
using Attar.Models.Tokenizers;

namespace Attar.Models.Scoring;

/// <summary>How a model wants its pairs written.</summary>
public static class ModelText
{
    const int LongestPair = 128; // of a model that could take more and does not say what it was trained on: product text beyond this changes little and costs much

    /// <exception cref="InvalidDataException">when the tokenizer has tokens that the model does not.</exception>
    public static PairText Of(PairModel model, ITokenizer tokenizer)
    {
        if (tokenizer.VocabularySize > model.VocabularySize)
            throw new InvalidDataException($"tokenizer: expected at most the {model.VocabularySize} tokens of the model, found {tokenizer.VocabularySize}; take the tokenizer that came with the model");
        return new(tokenizer, Math.Min(model.MaxLength, model.LongestPair ?? LongestPair), model is Decoder ? PairLayout.Decoder : PairLayout.Encoder, model.Overlap);
    }
}
