using Attar.Models.Decoders;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>The size of a decoder made from scratch.</summary>
public sealed record TeacherShape(int Layers = 3, int Hidden = 192, int Heads = 6, int KeyHeads = 3, int Intermediate = 512, float Dropout = .1f)
{
    public DecoderConfig Config(int vocabulary, int maxTokens, int grades) =>
        new(vocabulary, Hidden, Layers, Heads, KeyHeads, Intermediate, maxTokens, grades, Dropout, Overlap: OverlapMarks.Graded);
}
