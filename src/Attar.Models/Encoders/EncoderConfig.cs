namespace Attar.Models.Encoders;

/// <summary>The shape of a BERT-like encoder; names as in Hugging Face's config.json.</summary>
/// <param name="Overlap">Adds an embedding that marks tokens which also occur on the other side: none, in the product, in the query.</param>
/// <param name="LanguageHead">Carries the masked-token head used in pre-training.</param>
public sealed record EncoderConfig(
    int VocabularySize,
    int Hidden = 128,
    int Layers = 2,
    int Heads = 4,
    int Intermediate = 512,
    int MaxPositions = 512,
    int Segments = 2,
    int Labels = 1,
    float Dropout = .1f,
    float Epsilon = 1e-12f,
    bool Overlap = true,
    bool LanguageHead = false);
