using System.Globalization;

namespace Attar.Models.Gguf;

/// <summary>What llama.cpp calls the tensors that Hugging Face's decoders have. https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/tensor_mapping.py</summary>
static class GgufNames
{
    public const string Embeddings = "token_embd.weight", Output = "output.weight", RopeFactors = "rope_freqs.weight";

    const string Layers = "model.layers.";

    /// <param name="name">Hugging Face's, such as <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
    /// <param name="outerNorms">The model has norms behind attention and feed-forward layers too: Gemma from 2 on, where post_attention_layernorm is another.</param>
    /// <returns>Such as <c>blk.0.attn_q.weight</c>; null for tensors that such files have not.</returns>
    public static string? Of(string name, bool outerNorms)
    {
        switch (name)
        {
            case "model.embed_tokens.weight": return Embeddings;
            case "model.norm.weight": return "output_norm.weight";
            case "lm_head.weight": return Output;
        }
        if (!name.StartsWith(Layers, StringComparison.Ordinal)) return null;
        int dot = name.IndexOf('.', Layers.Length), end = name.LastIndexOf('.');
        if (dot < 0 || end <= dot || !int.TryParse(name.AsSpan(Layers.Length, dot - Layers.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer)) return null;
        return PartOf(name[(dot + 1)..end], outerNorms) is { } part ? string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{part}{name[end..]}") : null;
    }

    static string? PartOf(string module, bool outerNorms) => module == "post_attention_layernorm" && outerNorms ? "post_attention_norm" : parts.FirstOrDefault(part => part.Module == module).Part;

    /// <summary>Whether models that Attar computes have such a tensor, given the file's name for it.</summary>
    public static bool IsKnown(string name, bool outerNorms)
    {
        if (name is Embeddings or "output_norm.weight" or Output or RopeFactors) return true;
        return name.Split('.') is ["blk", var layer, var part, "weight" or "bias"] && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (outerNorms && part == "post_attention_norm" || parts.Any(known => known.Part == part && (outerNorms || known.Part != "post_ffw_norm")));
    }

    static readonly (string Module, string Part)[] parts =
    [
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"),
        ("self_attn.q_norm", "attn_q_norm"),
        ("self_attn.k_norm", "attn_k_norm"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
        ("input_layernorm", "attn_norm"),
        ("post_attention_layernorm", "ffn_norm"),
        ("pre_feedforward_layernorm", "ffn_norm"),
        ("post_feedforward_layernorm", "post_ffw_norm"),
    ];
}
