using Attar.Models.Files;
using Attar.Models.Layers;

namespace Attar.Models.Checkpoints;

/// <summary>The head that a model is to have.</summary>
/// <param name="Fresh">Not the one of the folder, but a new one to be trained.</param>
/// <param name="Language">The weights of a decoder's language head are read too.</param>
sealed record HeadChoice(int Labels, bool Fresh, bool Language = false);

/// <summary>How one model_type of Hugging Face is read.</summary>
/// <param name="Class">Its classes begin with this, as in <c>BertForSequenceClassification</c>.</param>
/// <param name="Base">What the names of all tensors but the head's begin with; folders of the bare model leave it out.</param>
/// <param name="Output">What the names of the output layer's tensors begin with.</param>
/// <param name="HeadLayer">The same of the layer before it, which a pre-trained model may lack; null: there is none.</param>
/// <param name="Within">What stands in Base's place where the model is part of a larger one.</param>
sealed record Architecture(
    string ModelType, string Class, string Base, string Output, string? HeadLayer, Func<ModelFolder, HeadChoice, ParameterSet, PairModel> Build, params string[] Within)
{
    /// <summary>All that Attar can read.</summary>
    public static readonly Architecture[] All =
    [
        new("bert", "Bert", "bert.", "classifier.", "bert.pooler.", EncoderFolders.Bert),
        new("roberta", "Roberta", "roberta.", "classifier.out_proj.", "classifier.dense.", EncoderFolders.Roberta),
        new("xlm-roberta", "XLMRoberta", "roberta.", "classifier.out_proj.", "classifier.dense.", EncoderFolders.Roberta),
        new("camembert", "Camembert", "roberta.", "classifier.out_proj.", "classifier.dense.", EncoderFolders.Roberta),
        new("distilbert", "DistilBert", "distilbert.", "classifier.", "pre_classifier.", EncoderFolders.DistilBert),
        new("electra", "Electra", "electra.", "classifier.out_proj.", "classifier.dense.", EncoderFolders.Electra),
        new("modernbert", "ModernBert", "model.", "classifier.", "head.", EncoderFolders.ModernBert),
        new("deberta-v2", "DebertaV2", "deberta.", "classifier.", "pooler.", EncoderFolders.Deberta),
        new("llama", "Llama", "model.", "score.", null, DecoderFolders.Llama),
        new("smollm3", "SmolLM3", "model.", "score.", null, DecoderFolders.SmolLm3),
        new("mistral", "Mistral", "model.", "score.", null, DecoderFolders.Mistral),
        new("qwen2", "Qwen2", "model.", "score.", null, DecoderFolders.Qwen2),
        new("qwen3", "Qwen3", "model.", "score.", null, DecoderFolders.Qwen3),
        new("gemma2", "Gemma2", "model.", "score.", null, DecoderFolders.Gemma2),
        new("gemma3_text", "Gemma3Text", "model.", "score.", null, DecoderFolders.Gemma3, TextPart.Names),
    ];

    /// <summary>A decoder's head reads its last token through no layer of its own.</summary>
    public bool IsDecoder => HeadLayer == null;

    public string Classifier => $"{Class}ForSequenceClassification";

    /// <exception cref="CheckpointException">when the folder's model_type is none of them, or its weights are quantised.</exception>
    public static Architecture Of(ModelFolder folder)
    {
        if (folder.Part("quantization_config") != null)
            throw folder.Refused("quantization_config", "weights in float32, float16 or bfloat16: take the model as it was before it was quantised");
        string type = folder.Text("model_type", "");
        return All.FirstOrDefault(architecture => architecture.ModelType == type)
            ?? throw folder.Refused("model_type", $"one of {string.Join(", ", All.Select(architecture => architecture.ModelType))}");
    }
}
