namespace Attar.Models.Lora;

/// <summary>What PEFT calls an adapter's tensors.</summary>
static class PeftNames
{
    public const string Prefix = "base_model.model.";
    const string EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight";

    /// <param name="module">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public static string A(string module) => Prefix + module + EndOfA;

    public static string B(string module) => Prefix + module + EndOfB;

    /// <summary>The module of an A or a B; null for other tensors.</summary>
    public static (string Module, bool IsA)? ModuleOf(string tensor)
    {
        if (!tensor.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        bool isA = IsA(tensor);
        return isA || tensor.EndsWith(EndOfB, StringComparison.Ordinal) ? (tensor[Prefix.Length..^(isA ? EndOfA : EndOfB).Length], isA) : null;
    }

    public static bool IsA(string tensor) => tensor.EndsWith(EndOfA, StringComparison.Ordinal);
}
