using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Small models in folders that know nothing of Attar.</summary>
static class ForeignFolder
{
    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, "drill", "cordless", "red", "acme", "tools", ",", "bit", "##s", "yes", "no", "query", "product", ":"]);

    public static string Bert(string folder, params string[] classes)
    {
        using var model = new Encoder(new EncoderConfig(Tokenizer.VocabularySize, 8, 2, 2, 12, 64, Labels: classes.Length, Overlap: OverlapMarks.None));
        Write(model, folder);
        Edit(Path.Combine(folder, "config.json"), config => config["id2label"] = new JsonObject(classes.Select((name, label) => KeyValuePair.Create($"{label}", (JsonNode?)name))));
        return folder;
    }

    /// <summary>A language model that answers, as sentence-transformers keeps it.</summary>
    public static string Llama(string folder, string chat = "{% for m in messages %}{{ m.role }} : {{ m.content }} {% endfor %}yes , no")
    {
        using var model = new Decoder(new DecoderConfig(Tokenizer.VocabularySize, 8, 2, 2, 1, 12, 64, Labels: 1, Overlap: OverlapMarks.None));
        Write(model, folder);
        Modules(folder, "LogitScore");
        Json(folder, "1_LogitScore/config.json", """{"true_token_id":17,"false_token_id":18,"module_input_name":"causal_logits"}""");
        File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), chat);
        Json(folder, "sentence_bert_config.json", """{"transformer_task":"text-generation","modality_config":{"message":{"method":"forward","method_output_name":"logits"}}}""");
        return folder;
    }

    /// <summary>BERT under the modules Pooling, Dense, LayerNorm and Dense.</summary>
    public static string Modular(string folder)
    {
        Bert(folder, "only");
        Modules(folder, "Pooling", "Dense", "LayerNorm", "Dense");
        Json(folder, "config_sentence_transformers.json", """{"model_type":"CrossEncoder"}""");
        Json(folder, "1_Pooling/config.json", """{"embedding_dimension":8,"pooling_mode":"mean"}""");
        Dense(folder, "2_Dense", 8, 4, "GELU");
        Json(folder, "3_LayerNorm/config.json", """{"dimension":4}""");
        Craft.Floats(Path.Combine(folder, "3_LayerNorm", "model.safetensors"), ("norm.weight", [4]), ("norm.bias", [4]));
        Dense(folder, "4_Dense", 4, 1, "Identity");
        return folder;
    }

    static void Dense(string folder, string module, int from, int to, string activation)
    {
        Json(folder, $"{module}/config.json", $$"""{"in_features":{{from}},"out_features":{{to}},"bias":true,"activation_function":"torch.nn.modules.activation.{{activation}}"}""");
        Craft.Floats(Path.Combine(folder, module, "model.safetensors"), ("linear.weight", [to, from]), ("linear.bias", [to]));
    }

    static void Modules(string folder, params string[] types)
    {
        var modules = new JsonArray(new JsonObject { ["idx"] = 0, ["name"] = "0", ["path"] = "", ["type"] = "sentence_transformers.base.modules.transformer.Transformer" });
        foreach ((int place, string type) in types.Index()) modules.Add(new JsonObject { ["idx"] = place + 1, ["name"] = $"{place + 1}", ["path"] = $"{place + 1}_{type}", ["type"] = $"sentence_transformers.modules.{type}" });
        Json(folder, "modules.json", modules.ToJsonString());
    }

    static void Write(PairModel model, string folder)
    {
        model.Parameters.Initialize(3, .3f);
        Tokenizer.Save(folder);
        ModelStore.Save(model, folder);
        Edit(Path.Combine(folder, "config.json"), config => config.Remove("attar"));
    }

    public static void Edit(string file, Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }

    static void Json(string folder, string name, string json)
    {
        string file = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json);
    }
}
