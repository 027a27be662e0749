namespace Attar.Models.Decoders;

/// <summary>The shape of a Llama-like decoder; names as in Hugging Face's config.json.</summary>
/// <param name="KeyHeads">Heads of keys and values, shared by Heads / KeyHeads query heads each.</param>
/// <param name="Overlap">Adds an embedding that marks tokens which also occur on the other side: none, in the product, in the query.</param>
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
    bool Overlap = true);
