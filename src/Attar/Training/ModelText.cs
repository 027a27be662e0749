using Attar.Models;
using Attar.Models.Decoders;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>How a model wants its pairs written.</summary>
public static class ModelText
{
    const int LongestPair = 128; // of a model that could take more: product text beyond this changes little and costs much

    public static PairText Of(PairModel model, ITokenizer tokenizer) =>
        new(tokenizer, Math.Min(model.MaxLength, LongestPair), model is Decoder ? PairLayout.Decoder : PairLayout.Encoder);
}
