using Attar.Models.Layers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Encoders;

/// <summary>The shape of a DeBERTa; names as in Hugging Face's config.json.</summary>
/// <param name="MaxPositions">Tokens a sequence may have.</param>
/// <param name="Span">Distances to either side that are told apart, or buckets of them.</param>
/// <param name="MaxDistance">Beyond it distances are alike, where there are buckets; 0: there are none.</param>
/// <param name="Positions">Embeddings are told their place too.</param>
/// <param name="Segments">Token types; 0: the model does not tell them.</param>
/// <param name="SharedKeys">Positions go through the layer's own query and key projections.</param>
/// <param name="NormedDistances">The embeddings of distances are normalised.</param>
/// <param name="EmbeddingSize">Columns of the embeddings where they are projected to the hidden size; 0: as many as that.</param>
/// <param name="Overlap">Adds an embedding that marks what a token has in common with the other side.</param>
public sealed record DebertaConfig(
    int VocabularySize,
    int Hidden,
    int Layers,
    int Heads,
    int Intermediate,
    int MaxPositions,
    int Span,
    int MaxDistance,
    bool Positions = false,
    int Segments = 0,
    bool SharedKeys = true,
    bool NormedDistances = true,
    int EmbeddingSize = 0,
    int Labels = 1,
    float Dropout = .1f,
    float Epsilon = 1e-7f,
    Activation Activation = Activation.Gelu,
    Activation HeadActivation = Activation.Gelu,
    OverlapMarks Overlap = OverlapMarks.None)
{
    /// <summary>The row of the distances' table for a token so many places behind the one it sees: near ones one each, far ones in buckets that grow with the logarithm.</summary>
    public int RowOf(int distance)
    {
        int middle = Span / 2, far = Math.Abs(distance);
        int bucket = MaxDistance == 0 || far <= middle ? distance
            : Math.Sign(distance) * (middle + (int)MathF.Ceiling(MathF.Log((float)far / middle) / MathF.Log((MaxDistance - 1f) / middle) * (middle - 1)));
        return Math.Clamp(bucket + Span, 0, 2 * Span - 1);
    }
}
