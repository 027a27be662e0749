using Attar.Models.Layers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Encoders;

/// <summary>The shape of a BERT-like encoder; names as in Hugging Face's config.json.</summary>
/// <param name="MaxPositions">Tokens a sequence may have.</param>
/// <param name="Segments">Token types; 0: the model does not tell them.</param>
/// <param name="Overlap">Adds an embedding that marks what a token has in common with the other side.</param>
/// <param name="LanguageHead">Carries the masked-token head used in pre-training, as BERT's.</param>
/// <param name="EmbeddingSize">Columns of the embeddings where they are projected to the hidden size (ELECTRA); 0: as many as that.</param>
/// <param name="FirstPosition">Row of the position table for a sequence's first token (RoBERTa: 2).</param>
/// <param name="Split">Lower layers in which query and product do not see each other, so that a product's rows there are known before any query comes
/// (MacAvaney et al. 2020, PreTTR); each side counts its positions from its own start, and the marks of overlap are added where the sides join. 0: they meet from the first layer on.</param>
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
    OverlapMarks Overlap = OverlapMarks.Exact,
    bool LanguageHead = false,
    EncoderFamily Family = EncoderFamily.Bert,
    int EmbeddingSize = 0,
    int FirstPosition = 0,
    int Split = 0,
    Activation Activation = Activation.Gelu);
