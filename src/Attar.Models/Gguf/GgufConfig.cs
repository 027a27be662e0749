using System.Text.Json.Nodes;
using Attar.Models.Files;

namespace Attar.Models.Gguf;

/// <summary>The config.json that a GGUF file's metadata stand for, so that the model is one like any other from then on.</summary>
/// <remarks>Keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; what llama.cpp leaves unsaid is in its src/models.</remarks>
static class GgufConfig
{
    const string Known = "llama, smollm3, qwen2, qwen3, gemma2 or gemma3";

    /// <exception cref="CheckpointException">when the file is of another kind or architecture, or one that Attar does not compute alike.</exception>
    public static JsonObject Of(GgufFile file)
    {
        GgufMetadata m = file.Metadata;
        if (m.Text("general.type") is { } kind and not "model") throw m.Refused("general.type", kind == "adapter" ? "\"model\": give the adapter's PEFT folder instead" : "\"model\"");
        if (m.Integer("split.count", 1) > 1) throw m.Refused("split.count", "1, a whole model in one file: join the parts with llama-gguf-split --merge");
        string a = m.Text("general.architecture") ?? throw m.Refused("general.architecture", Known);
        if (a is not ("llama" or "smollm3" or "qwen2" or "qwen3" or "gemma2" or "gemma3")) throw m.Refused("general.architecture", Known);
        bool gemma = a.StartsWith("gemma", StringComparison.Ordinal);
        if (file.Names.FirstOrDefault(name => !GgufNames.IsKnown(name, gemma)) is { } other) // left out it would make another model
            throw new CheckpointException($"{file.Location}: tensor {GgufCursor.Shown(other)}: expected none but those of a plain {a}");
        var config = new JsonObject { ["model_type"] = a };
        if (a == "llama" && m.Integer($"{a}.attention.sliding_window", 0) is > 0 and var window)
        {
            config["model_type"] = "mistral";
            config["sliding_window"] = window;
        }
        if (a == "smollm3") config["no_rope_layer_interval"] = 4; // files do not say it; llama.cpp knows no other
        if (gemma) AddGemma(config, m, a);
        AddBiases(config, file);
        AddSizes(config, file, a);
        AddRope(config, file, a);
        AddTokens(config, m);
        return config;
    }

    static void AddBiases(JsonObject config, GgufFile file)
    {
        bool attention = file.Contains("blk.0.attn_q.bias"), mlp = file.Contains("blk.0.ffn_gate.bias");
        string type = (string)config["model_type"]!;
        if (attention && (type is "mistral" or "gemma2") || mlp && type != "llama") throw new CheckpointException($"{file.Location}: tensor {(mlp ? "blk.0.ffn_gate.bias" : "blk.0.attn_q.bias")}: expected no such bias in a {type}");
        if (type != "qwen2") config["attention_bias"] = attention; // always there in Qwen 2
        if (type == "llama") config["mlp_bias"] = mlp;
    }

    static void AddSizes(JsonObject config, GgufFile file, string a)
    {
        GgufMetadata m = file.Metadata;
        if (m.Integer($"{a}.expert_count", 0) > 0) throw m.Refused($"{a}.expert_count", "0: models of experts are not known");
        int hidden = Size(m, $"{a}.embedding_length"), heads = Few(m, $"{a}.attention.head_count"), head = HeadSize(m, a);
        foreach (string same in new[] { $"{a}.attention.value_length", $"{a}.rope.dimension_count" })
            if (m.Integer(same, head) != head) throw m.Refused(same, $"{head}, the size of a head");
        GgufTensor embeddings = file[GgufNames.Embeddings];
        if (embeddings.Shape is not [_, var columns] || columns != hidden) throw new CheckpointException($"{file.Location}: tensor {embeddings.Name}: expected (vocabulary, {hidden}), the file has {embeddings}");
        if (m.Texts("tokenizer.ggml.tokens") is { } tokens && tokens.Length > embeddings.Shape[0])
            throw new CheckpointException($"{file.Location}: tensor {embeddings.Name}: expected a row for each of the {tokens.Length} tokens of tokenizer.ggml.tokens, the file has {embeddings}: vocabulary and weights belong to different models");
        int layers = Few(m, $"{a}.block_count");
        if (file.Contains($"blk.{layers}.attn_norm.weight")) throw m.Refused($"{a}.block_count", "the number of layers whose tensors the file has, which are more");
        config["vocab_size"] = embeddings.Shape[0];
        config["hidden_size"] = hidden;
        config["num_hidden_layers"] = layers;
        config["num_attention_heads"] = heads;
        config["num_key_value_heads"] = Few(m, $"{a}.attention.head_count_kv", heads);
        config["head_dim"] = head;
        config["intermediate_size"] = Size(m, $"{a}.feed_forward_length");
        config["max_position_embeddings"] = Size(m, $"{a}.context_length");
        config["rms_norm_eps"] = m.Number($"{a}.attention.layer_norm_rms_epsilon");
        config["tie_word_embeddings"] = !file.Contains(GgufNames.Output);
        config["torch_dtype"] = "float32";
    }

    public static int HeadSize(GgufMetadata m, string a)
    {
        int hidden = Size(m, $"{a}.embedding_length"), heads = Few(m, $"{a}.attention.head_count");
        return Few(m, $"{a}.attention.key_length", hidden % heads == 0 ? hidden / heads : null);
    }

    static void AddGemma(JsonObject config, GgufMetadata m, string a)
    {
        bool third = a == "gemma3";
        if (third) config["model_type"] = "gemma3_text";
        config["hidden_activation"] = "gelu_pytorch_tanh";
        config["sliding_window"] = Size(m, $"{a}.attention.sliding_window", 4096);
        config["query_pre_attn_scalar"] = QueryScalar(m, a);
        if (!third)
        {
            config["attn_logit_softcapping"] = m.Number($"{a}.attn_logit_softcapping", 50);
            config["final_logit_softcapping"] = m.Number($"{a}.final_logit_softcapping", 30);
            return;
        }
        if (m.Contains($"{a}.final_logit_softcapping")) config["final_logit_softcapping"] = m.Number($"{a}.final_logit_softcapping");
        config["rope_local_base_freq"] = m.Number($"{a}.rope.freq_base_swa", 10_000); // not among the metadata of most files
        config["layer_types"] = LayerTypes(m, a);
    }

    /// <summary>What queries are scaled with the root of: 256 but for the two models of 27 billion weights, where it is hidden / heads. Files do not say it; llama.cpp goes by the number of layers, as here.</summary>
    static int QueryScalar(GgufMetadata m, string a)
    {
        int hidden = Size(m, $"{a}.embedding_length"), heads = Few(m, $"{a}.attention.head_count");
        bool largest = Few(m, $"{a}.block_count") == (a == "gemma2" ? 46 : 62);
        return largest ? hidden / heads : HeadSize(m, a);
    }

    /// <summary>Five layers with a window, then one without, unless the file says otherwise.</summary>
    static JsonArray LayerTypes(GgufMetadata m, string a)
    {
        string key = $"{a}.attention.sliding_window_pattern";
        int layers = Few(m, $"{a}.block_count");
        int[]? each = m.IsList(key) ? m.Integers(key) : null;
        if (each != null && each.Length != layers) throw m.Refused(key, $"an entry for each of {layers} layers");
        int every = each != null ? 0 : Size(m, key, 6);
        return [.. Enumerable.Range(0, layers).Select(i => (each != null ? each[i] != 0 : (i + 1) % every != 0) ? "sliding_attention" : "full_attention")];
    }

    static void AddRope(JsonObject config, GgufFile file, string a)
    {
        GgufMetadata m = file.Metadata;
        double theta = m.Number($"{a}.rope.freq_base", 10_000);
        if (theta <= 1) throw m.Refused($"{a}.rope.freq_base", "a number above 1");
        config["rope_theta"] = theta;
        string typeKey = $"{a}.rope.scaling.type", factorKey = $"{a}.rope.scaling.factor", originalKey = $"{a}.rope.scaling.original_context_length";
        if (m.Number($"{a}.rope.scaling.attn_factor", 1) != 1) throw m.Refused($"{a}.rope.scaling.attn_factor", "1");
        double factor = m.Number(factorKey, m.Number($"{a}.rope.scale_linear", 1));
        if (factor <= 0) throw m.Refused(factorKey, "a number above 0");
        switch (m.Text(typeKey) ?? (factor == 1 ? "none" : "linear"))
        {
            case "none": break;
            case "linear":
                if (factor != 1) config["rope_scaling"] = new JsonObject { ["rope_type"] = "linear", ["factor"] = factor };
                break;
            case "yarn":
                config["rope_scaling"] = new JsonObject { ["rope_type"] = "yarn", ["factor"] = factor, ["original_max_position_embeddings"] = Size(m, originalKey, m.Integer($"{a}.context_length")) };
                break;
            default: throw m.Refused(typeKey, "none, linear or yarn");
        }
        if (file.Contains(GgufNames.RopeFactors)) config["rope_scaling"] = GgufRope.Llama3(file, (int)config["head_dim"]!, theta);
    }

    static void AddTokens(JsonObject config, GgufMetadata m)
    {
        foreach (var (key, name) in new[] { ("bos", "bos_token_id"), ("eos", "eos_token_id"), ("padding", "pad_token_id") })
            if (m.Contains($"tokenizer.ggml.{key}_token_id")) config[name] = m.Integer($"tokenizer.ggml.{key}_token_id");
    }

    static int Size(GgufMetadata m, string key, int? otherwise = null) => m.Integer(key, otherwise) is > 0 and var size ? size : throw m.Refused(key, "a whole number from 1");

    /// <summary>Of layers, heads, and their columns: beyond any model, and few enough that tables of them are small.</summary>
    static int Few(GgufMetadata m, string key, int? otherwise = null) => Size(m, key, otherwise) is <= 1 << 12 and var size ? size : throw m.Refused(key, $"a whole number from 1 to {1 << 12}");
}
