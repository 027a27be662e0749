using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Scoring;

public class ModelTextTests
{
    static readonly WordPieceTokenizer tokenizer = WordPieceTrainer.Train(["steel screw 2 in", "oak table"], 100);

    [Fact]
    public void A_tokenizer_with_tokens_that_the_model_lacks_is_refused()
    {
        using var model = new Encoder(new EncoderConfig(tokenizer.VocabularySize - 1, 8, 1, 2, 8, 16));
        string fault = Assert.Throws<InvalidDataException>(() => ModelText.Of(model, tokenizer)).Message;
        Assert.Contains($"expected at most the {tokenizer.VocabularySize - 1} tokens of the model, found {tokenizer.VocabularySize}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_tokens_to_spare_is_taken()
    {
        using var model = new Encoder(new EncoderConfig(tokenizer.VocabularySize + 3, 8, 1, 2, 8, 16));
        Assert.Equal(16, ModelText.Of(model, tokenizer).Budget);
    }
}
