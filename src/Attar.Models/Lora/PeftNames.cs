namespace Attar.Models.Lora;

/// <summary>What PEFT calls an adapter's tensors.</summary>
static class PeftNames
{
    public const string Prefix = "base_model.model.";
    const string EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight";

    /// <param name="module">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public static string A(string module) => Prefix + module + EndOfA;

    public static string B(string module) => Prefix + module + EndOfB;

    public static bool IsA(string tensor) => tensor.EndsWith(EndOfA, StringComparison.Ordinal);
}
