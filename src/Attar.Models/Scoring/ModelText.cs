using Attar.Models.Decoders;
using Attar.Models.Tokenizers;

namespace Attar.Models.Scoring;

/// <summary>How a model wants its pairs written.</summary>
public static class ModelText
{
    const int LongestPair = 128; // of a model taught here that could take more and does not say what it was trained on: product text beyond this changes little and costs much

    /// <summary>As the model's folder says, or as somebody else does.</summary>
    /// <param name="template">A text with <c>{query}</c> and <c>{product}</c> that stands for the model's own way; null: its own.</param>
    /// <exception cref="InvalidDataException">when the tokenizer has tokens that the model does not, or the template lacks a side.</exception>
    public static PairText Of(PairModel model, ITokenizer tokenizer, string? template = null)
    {
        if (tokenizer.VocabularySize > model.VocabularySize)
            throw new InvalidDataException($"tokenizer: expected at most the {model.VocabularySize} tokens of the model, found {tokenizer.VocabularySize}; take the tokenizer that came with the model");
        if (tokenizer.Structure.Ids.Any(id => id < 0 || id >= model.VocabularySize))
            throw new InvalidDataException($"tokenizer: expected special tokens among the {model.VocabularySize} of the model, its template has {tokenizer.Structure.Ids.First(id => id < 0 || id >= model.VocabularySize)}; take the tokenizer that came with the model");
        return Of(model, tokenizer, template == null ? model.Form : Given(model, template));
    }

    /// <summary>In a form other than the model's own.</summary>
    /// <param name="maxTokens">Of a pair; null: as the form says.</param>
    public static PairText Of(PairModel model, ITokenizer tokenizer, PairForm form, int? maxTokens = null)
    {
        PairLayout layout = model is Decoder ? PairLayout.Decoder : PairLayout.Encoder;
        return form switch
        {
            PairForm.TwoTexts texts => new PlainPairText(tokenizer, Most(texts.MaxTokens), layout, texts),
            PairForm.OneText text => new PromptPairText(tokenizer, Most(text.MaxTokens), layout, text),
            PairForm.Fields fields => new FieldPairText(tokenizer, Most(model.LongestPair ?? LongestPair), layout, model.Overlap, fields.PaddingId ?? (fields.Padding is { } padding ? tokenizer.IdOf(padding) : -1)),
            var other => throw new NotSupportedException($"no text for {other.GetType().Name}"),
        };

        int Most(int? tokens) => Math.Min(model.MaxLength, maxTokens ?? tokens ?? int.MaxValue);
    }

    static PairForm.OneText Given(PairModel model, string template)
    {
        PairForm.OneText form = PairForm.OneText.Of(template);
        return model.Form switch
        {
            PairForm.TwoTexts own => form with { MaxTokens = own.MaxTokens ?? model.LongestPair, CutsStart = own.CutsStart },
            PairForm.OneText own => form with { MaxTokens = own.MaxTokens, CutsStart = own.CutsStart },
            _ => form with { MaxTokens = model.LongestPair ?? LongestPair },
        };
    }
}
