namespace Attar.Models.Lora;

/// <summary>How a large model is fine-tuned through small matrices beside its weights.</summary>
/// <param name="Rank">Of the matrices: 8 to 32 is usual.</param>
/// <param name="Alpha">The update is multiplied with Alpha / Rank; 0: twice the rank.</param>
/// <param name="Targets">The linear layers that get one, by the last part of their names, such as <c>q_proj</c>; null: all.</param>
/// <param name="Dropout">Of what the small matrices read, in training.</param>
public sealed record LoraOptions(int Rank = 8, float Alpha = 0, string[]? Targets = null, float Dropout = 0)
{
    /// <summary>Alpha as it is used.</summary>
    public float UsedAlpha => Alpha == 0 ? 2 * Rank : Alpha;
}
