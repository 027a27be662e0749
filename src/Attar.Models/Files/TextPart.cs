using System.Text.Json.Nodes;

namespace Attar.Models.Files;

/// <summary>The language model within a multimodal folder (Gemma 3 from 4B on): its configuration is <c>text_config</c>, its tensors stand behind a prefix, and the rest is left alone. What is saved of it is a text model's own folder.</summary>
static class TextPart
{
    /// <summary>What stands in the place of <c>model.</c>: in published files, by the names of transformers' modules, and without a language head.</summary>
    public static readonly string[] Names = ["language_model.model.", "model.language_model.", "language_model."];

    /// <summary>What the outer configuration says of the whole: the head, the weights' type, the tokens, and Attar's own.</summary>
    static readonly string[] OfTheWhole =
        ["id2label", "label2id", "num_labels", "problem_type", "pad_token_id", "bos_token_id", "eos_token_id", "tie_word_embeddings", "dtype", "torch_dtype", "quantization_config", "transformers_version", "attar"];

    /// <returns>The same for a folder that is not multimodal.</returns>
    /// <exception cref="CheckpointException">when it is, and has no text model that Attar knows.</exception>
    public static ModelFolder Of(ModelFolder folder)
    {
        if (folder.Text("model_type", "") != "gemma3") return folder;
        ModelFolder part = folder.Part("text_config") ?? throw folder.Refused("text_config", "an object, the configuration of the text model");
        if (part.Text("model_type", "gemma3_text") != "gemma3_text") throw part.Refused("model_type", "\"gemma3_text\"");
        var config = (JsonObject)part.Config.DeepClone();
        config["model_type"] = "gemma3_text";
        foreach (string key in OfTheWhole)
            if (config[key] is null && folder.Config[key] is { } value) config[key] = value.DeepClone();
        return new ModelFolder(part.Location, config);
    }
}
