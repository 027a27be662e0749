using Attar.Models.Encoders;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>The size of an encoder made from scratch.</summary>
public sealed record StudentShape(int Layers = 2, int Hidden = 128, int Heads = 4, int Intermediate = 512, float Dropout = .1f)
{
    public EncoderConfig Config(int vocabulary, int maxTokens, bool languageHead = false) =>
        new(vocabulary, Hidden, Layers, Heads, Intermediate, maxTokens, Dropout: Dropout, Overlap: OverlapMarks.Graded, LanguageHead: languageHead);
}
