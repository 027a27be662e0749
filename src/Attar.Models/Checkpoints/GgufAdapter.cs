using Attar.Models.Files;
using Attar.Models.Gguf;
using Attar.Models.Lora;

namespace Attar.Models.Checkpoints;

/// <summary>
/// LoRA adapters as llama.cpp loads them beside a model's GGUF file: <c>--lora adapter.gguf</c>. Keys and names: https://github.com/ggml-org/llama.cpp/blob/master/src/llama-adapter.cpp.
/// </summary>
public static class GgufAdapter
{
    public const string FileName = "adapter.gguf";

    static readonly Dictionary<string, string> architectures = new() // by model_type
    {
        ["llama"] = "llama",
        ["mistral"] = "llama",
        ["smollm3"] = "smollm3",
        ["qwen2"] = "qwen2",
        ["qwen3"] = "qwen3",
        ["gemma2"] = "gemma2",
        ["gemma3_text"] = "gemma3",
    };

    /// <summary>Writes the low-rank updates of a PEFT folder. A head and overlap marks have no place in such a file, for llama.cpp knows neither.</summary>
    /// <param name="adapterFolder">As <see cref="AdapterFolder.Save"/> wrote it; the model that it belongs to must be where it says.</param>
    /// <returns>The tensors that were left out.</returns>
    /// <exception cref="CheckpointException">when the folder is broken, or of a model that llama.cpp does not know.</exception>
    public static IReadOnlyList<string> Save(string adapterFolder, string path)
    {
        ModelFolder model = ModelSource.Describe(AdapterFolder.BaseOf(adapterFolder));
        if (!architectures.TryGetValue(model.Text("model_type", ""), out string? architecture)) throw model.Refused("model_type", $"one of {string.Join(", ", architectures.Keys)}");
        (SafeTensorsFile file, float alpha, Func<string, int, float> scaleOf) = AdapterFolder.Open(adapterFolder);
        using SafeTensorsFile updates = file;
        int headRows = RotaryRows.Moved(architecture) ? model.Integer("head_dim", model.Size("hidden_size") / model.Size("num_attention_heads")) : 0;
        var tensors = new List<NamedTensor>();
        var left = new List<string>();
        foreach (string name in updates.Names)
        {
            if (PeftNames.ModuleOf(name) is not var (module, isA) || GgufNames.Of($"{module}.weight", architecture.StartsWith("gemma", StringComparison.Ordinal)) is not { } own)
            {
                left.Add(name);
                continue;
            }
            if (updates.Shape(name) is not [var rows, var columns]) throw new CheckpointException($"{updates.Location}: tensor {name}: expected a matrix, the file has shape ({string.Join(", ", updates.Shape(name))})");
            float[] values = new float[rows * columns];
            updates.Read(name, values);
            if (!isA)
            {
                int rank = (int)columns;
                float scale = scaleOf(module, rank) / (alpha / rank); // llama.cpp multiplies with alpha / rank
                if (scale != 1)
                    foreach (ref float value in values.AsSpan()) value *= scale;
                if (headRows > 0 && own.Split('.')[2] is "attn_q" or "attn_k") values = InFile(values, (int)rows, rank, headRows);
            }
            tensors.Add(new NamedTensor(own + (isA ? ".lora_a" : ".lora_b"), [rows, columns], values));
        }
        if (tensors.Count == 0) throw new CheckpointException($"{updates.Location}: expected lora_A and lora_B of linear layers, the file has none");
        GgufWriter.Write(path, [("general.architecture", architecture), ("general.type", "adapter"), ("adapter.type", "lora"), ("adapter.lora.alpha", alpha)], tensors);
        return left;
    }

    /// <summary>The rows of a matrix where the file has them.</summary>
    static float[] InFile(float[] values, int rows, int columns, int headRows)
    {
        float[] moved = new float[values.Length];
        for (int row = 0; row < rows; row++) values.AsSpan(row * columns, columns).CopyTo(moved.AsSpan(RotaryRows.InFile(row, headRows) * columns));
        return moved;
    }
}
