using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Attar.Models.Files;

namespace Attar.Models.Tests.Gguf;

/// <summary>What llama.cpp's converter does with a Hugging Face folder, for small ones: the other way round from what is tested, and written apart from it.</summary>
static class GgufMaking
{
    /// <param name="architecture">Such as <c>llama</c>.</param>
    /// <param name="type">Of matrices.</param>
    /// <param name="more">Metadata beside those that config.json says alike for all.</param>
    /// <param name="extra">Tensors that the folder does not have.</param>
    public static byte[] Of(string folder, string architecture, uint type = GgufCraft.F32, IEnumerable<(string Key, object Value)>? more = null, IEnumerable<GgufCraft.Tensor>? extra = null)
    {
        JsonObject config = ModelFolder.Open(folder).Config;
        uint Whole(string key) => (uint)(int)config[key]!;
        int head = config["head_dim"] is { } size ? (int)size : (int)Whole("hidden_size") / (int)Whole("num_attention_heads");
        var metadata = new List<(string, object)>
        {
            ("general.architecture", architecture),
            ($"{architecture}.block_count", Whole("num_hidden_layers")),
            ($"{architecture}.context_length", Whole("max_position_embeddings")),
            ($"{architecture}.embedding_length", Whole("hidden_size")),
            ($"{architecture}.feed_forward_length", Whole("intermediate_size")),
            ($"{architecture}.attention.head_count", Whole("num_attention_heads")),
            ($"{architecture}.attention.head_count_kv", Whole("num_key_value_heads")),
            ($"{architecture}.attention.key_length", (uint)head),
            ($"{architecture}.attention.layer_norm_rms_epsilon", (float)(double)config["rms_norm_eps"]!),
            ($"{architecture}.rope.freq_base", (float)(double)(config["rope_theta"] ?? config["rope_parameters"]!["rope_theta"])!),
        };
        metadata.AddRange(more ?? []);
        var tensors = new List<GgufCraft.Tensor>();
        using var file = SafeTensorsFile.Open(folder);
        foreach (string name in file.Names.Where(name => name != "score.weight"))
        {
            int[] shape = [.. file.Shape(name).Select(length => (int)length)];
            float[] values = new float[shape.Aggregate(1, (all, length) => all * length)];
            file.Read(name, values);
            if (architecture is "llama" or "smollm3" && (name.Contains("q_proj") || name.Contains("k_proj"))) values = SideBySide(values, shape[0] / head, shape.Length == 1 ? 1 : shape[1]);
            if (architecture.StartsWith("gemma", StringComparison.Ordinal) && name.EndsWith("norm.weight", StringComparison.Ordinal)) values = [.. values.Select(value => value + 1)];
            uint own = shape.Length == 1 ? GgufCraft.F32 : type;
            tensors.Add(new GgufCraft.Tensor(NameOf(name, architecture), [.. shape.Reverse().Select(length => (ulong)length)], own, Bytes(values, own)));
        }
        return GgufCraft.File(metadata, [.. tensors, .. extra ?? []]);
    }

    /// <summary>numpy's <c>w.reshape(heads, 2, half, columns).swapaxes(1, 2)</c>.</summary>
    static float[] SideBySide(float[] values, int heads, int columns)
    {
        int half = values.Length / heads / columns / 2;
        var moved = new List<float>();
        for (int head = 0; head < heads; head++)
            for (int pair = 0; pair < half; pair++)
                for (int side = 0; side < 2; side++)
                    moved.AddRange(values.AsSpan(((head * 2 + side) * half + pair) * columns, columns));
        return [.. moved];
    }

    public static byte[] Bytes(float[] values, uint type) => type switch
    {
        GgufCraft.F32 => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        GgufCraft.F16 => MemoryMarshal.AsBytes(values.Select(value => (Half)value).ToArray().AsSpan()).ToArray(),
        _ => [.. values.Chunk(32).SelectMany(block =>
        {
            var scale = (Half)(block.Max(Math.Abs) / 127);
            return BitConverter.GetBytes(scale).Concat(block.Select(value => (byte)(sbyte)Math.Clamp(MathF.Round(value / (float)scale), -127, 127)));
        })],
    };

    static string NameOf(string name, string architecture)
    {
        string[] parts = name.Split('.');
        if (parts[1] != "layers") return name switch { "model.embed_tokens.weight" => "token_embd.weight", "model.norm.weight" => "output_norm.weight", "lm_head.weight" => "output.weight", _ => throw new ArgumentException(name) };
        bool gemma = architecture.StartsWith("gemma", StringComparison.Ordinal);
        string part = parts[^2] switch
        {
            "q_proj" => "attn_q",
            "k_proj" => "attn_k",
            "v_proj" => "attn_v",
            "o_proj" => "attn_output",
            "q_norm" => "attn_q_norm",
            "k_norm" => "attn_k_norm",
            "gate_proj" => "ffn_gate",
            "up_proj" => "ffn_up",
            "down_proj" => "ffn_down",
            "input_layernorm" => "attn_norm",
            "post_attention_layernorm" => gemma ? "post_attention_norm" : "ffn_norm",
            "pre_feedforward_layernorm" => "ffn_norm",
            "post_feedforward_layernorm" => "post_ffw_norm",
            var other => throw new ArgumentException(other),
        };
        return string.Create(CultureInfo.InvariantCulture, $"blk.{parts[2]}.{part}.{parts[^1]}");
    }
}
