using Attar.Models.Layers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Encoders;

/// <summary>The shape of a ModernBERT; names as in Hugging Face's config.json.</summary>
/// <param name="Windows">For each layer 0, or how near tokens must be to see each other: less than so many places.</param>
/// <param name="GlobalTheta">Base of the rotary frequencies in layers without a window.</param>
/// <param name="LocalTheta">The same in layers with one.</param>
/// <param name="HeadBias">Of the layer before the output.</param>
/// <param name="MeanPooling">The head reads the mean of all tokens, not the first.</param>
/// <param name="Overlap">Adds an embedding that marks what a token has in common with the other side.</param>
public sealed record ModernBertConfig(
    int VocabularySize,
    int Hidden,
    int Layers,
    int Heads,
    int Intermediate,
    int MaxPositions,
    IReadOnlyList<int> Windows,
    int Labels = 1,
    float Dropout = 0,
    float Epsilon = 1e-5f,
    float GlobalTheta = 160_000,
    float LocalTheta = 10_000,
    bool NormBias = false,
    bool AttentionBias = false,
    bool MlpBias = false,
    bool HeadBias = false,
    bool MeanPooling = false,
    Activation Activation = Activation.Gelu,
    Activation HeadActivation = Activation.Gelu,
    OverlapMarks Overlap = OverlapMarks.None);
