using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Tensors;

namespace Attar.Models.Gguf;

/// <summary>
/// Llama 3.1 and later stretch slow rotations. Their files keep what each pair's frequency is divided by in a tensor, not the four numbers that it follows from;
/// config.json wants the numbers.
/// </summary>
static class GgufRope
{
    const double Low = 1, High = 4; // of every model published so far

    /// <exception cref="CheckpointException">when the divisors follow from no such numbers.</exception>
    public static JsonObject Llama3(GgufFile file, int headSize, double theta)
    {
        GgufTensor tensor = file[GgufNames.RopeFactors];
        if (tensor.Shape is not [var pairs] || pairs != headSize / 2 || tensor.Format != NumberFormat.Float32)
            throw new CheckpointException($"{file.Location}: tensor {tensor.Name}: expected F32 of shape ({headSize / 2}), a divisor for each pair of a head, the file has {tensor}");
        byte[] bytes = new byte[tensor.Bytes];
        file.Read(tensor, 0, bytes);
        float[] divisors = new float[pairs];
        Blocks.Widen(NumberFormat.Float32, bytes, divisors);
        double factor = divisors.Max();
        for (int original = 1; original <= 1 << 20; original *= 2)
            if (Follows(divisors, factor, original, theta))
                return new JsonObject { ["rope_type"] = "llama3", ["factor"] = factor, ["low_freq_factor"] = Low, ["high_freq_factor"] = High, ["original_max_position_embeddings"] = original };
        throw new CheckpointException($"{file.Location}: tensor {tensor.Name}: expected the divisors of Llama 3.1's rotary positions (low_freq_factor {Low}, high_freq_factor {High}), the file has others, the largest {factor}");
    }

    static bool Follows(float[] divisors, double factor, int original, double theta)
    {
        ReadOnlySpan<float> plain = RopeScaling.Frequencies(2 * divisors.Length, (float)theta, null).Radians;
        ReadOnlySpan<float> scaled = RopeScaling.Frequencies(2 * divisors.Length, (float)theta, new RopeScaling.Llama3(factor, Low, High, original)).Radians;
        for (int i = 0; i < divisors.Length; i++)
            if (!(Math.Abs(plain[i] / scaled[i] / divisors[i] - 1) < 1e-5)) return false;
        return true;
    }
}
