using Attar.Models.Layers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Decoders;

/// <summary>The shape of a Llama-like decoder; names as in Hugging Face's config.json.</summary>
/// <param name="KeyHeads">Heads of keys and values, shared by Heads / KeyHeads query heads each.</param>
/// <param name="Overlap">Adds an embedding that marks what a token has in common with the other side.</param>
/// <param name="HeadColumns">Size of a head where it is not Hidden / Heads; 0: it is.</param>
/// <param name="Scaling">Of the rotary positions.</param>
/// <param name="AttentionBias">Biases of queries, keys and values.</param>
/// <param name="OutputBias">Of the attention's output.</param>
/// <param name="MlpBias">Biases of the feed-forward layers.</param>
/// <param name="HeadNorms">Each head's query and key is normalised (Qwen 3, Gemma 3).</param>
/// <param name="Windows">For each layer, how many of the last tokens a token sees, itself included; 0: all. Null: all in every layer.</param>
/// <param name="LocalTheta">Base of the rotary positions in layers with a window, which nothing scales (Gemma 3); 0: they turn as all do.</param>
/// <param name="Turned">For each layer, whether positions turn its queries and keys; those of the others know no order but the mask's (SmolLM3; Yang et al. 2025). Null: in every layer.</param>
/// <param name="Activation">Of the feed-forward layers' gate.</param>
/// <param name="OuterNorms">Norms behind attention and feed-forward layers too (Gemma from 2 on).</param>
/// <param name="GainsFromOne">Norms multiply with 1 + their gain (Gemma).</param>
/// <param name="EmbeddingScale">What embeddings are multiplied with (Gemma: the root of Hidden).</param>
/// <param name="QueryScale">What attention scores are multiplied with; 0: 1 / sqrt(head size).</param>
/// <param name="AttentionCap">Soft cap of attention scores (Gemma 2); 0: none.</param>
/// <param name="LanguageCap">Soft cap of the language head's logits (Gemma 2); 0: none.</param>
/// <param name="TiedEmbeddings">The language head's weights are the embeddings.</param>
/// <param name="LanguageHead">The language head's own weights are there, where it has any; otherwise the model has no language head, for grades need none.</param>
public sealed record DecoderConfig(
    int VocabularySize,
    int Hidden = 192,
    int Layers = 3,
    int Heads = 6,
    int KeyHeads = 3,
    int Intermediate = 512,
    int MaxPositions = 512,
    int Labels = 3,
    float Dropout = .1f,
    float Epsilon = 1e-6f,
    float RopeTheta = 10000,
    OverlapMarks Overlap = OverlapMarks.Exact,
    int HeadColumns = 0,
    RopeScaling? Scaling = null,
    bool AttentionBias = false,
    bool OutputBias = false,
    bool MlpBias = false,
    bool HeadNorms = false,
    IReadOnlyList<int>? Windows = null,
    float LocalTheta = 0,
    IReadOnlyList<bool>? Turned = null,
    Activation Activation = Activation.Silu,
    bool OuterNorms = false,
    bool GainsFromOne = false,
    float EmbeddingScale = 1,
    float QueryScale = 0,
    float AttentionCap = 0,
    float LanguageCap = 0,
    bool TiedEmbeddings = true,
    bool LanguageHead = false)
{
    /// <summary>Columns of a head.</summary>
    public int HeadSize => HeadColumns > 0 ? HeadColumns : Hidden / Heads;
}
