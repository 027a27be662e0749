using System.CommandLine;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Training;

namespace Attar.Cli.Commands;

/// <summary>The size of a model made from scratch; teacher and student have the same flags and their own defaults.</summary>
/// <param name="prefix">Tells two models of one command apart, as in <c>--teacher-layers</c>.</param>
sealed class TeacherShapeFlags(string prefix = "--")
{
    static readonly TeacherShape preset = new();
    readonly Option<int> layers = Flag.Whole(prefix + "layers", preset.Layers, "Layers of a new teacher; with --from, keep so many of its layers, evenly spaced", from: 1);
    readonly Option<int> hidden = Flag.Whole(prefix + "hidden", preset.Hidden, "Width of a new teacher", from: 1);
    readonly Option<int> heads = Flag.Whole(prefix + "heads", preset.Heads, "Attention heads of a new teacher", from: 1);
    readonly Option<int> keyHeads = Flag.Whole(prefix + "key-heads", preset.KeyHeads, "Key and value heads of a new teacher", from: 1);
    readonly Option<int> intermediate = Flag.Whole(prefix + "intermediate", preset.Intermediate, "Width of a new teacher's feed-forward layers", from: 1);
    readonly Option<float> dropout = Flag.Number(prefix + "dropout", preset.Dropout, "Dropout of a new teacher");

    public Option<int> Layers => layers;

    public IReadOnlyList<Option> All => [layers, hidden, heads, keyHeads, intermediate, dropout];

    public TeacherShape Read(ParseResult parsed) => new(
        parsed.GetValue(layers), parsed.GetValue(hidden), parsed.GetValue(heads), parsed.GetValue(keyHeads), parsed.GetValue(intermediate), parsed.GetValue(dropout));
}

/// <inheritdoc cref="TeacherShapeFlags"/>
sealed class StudentShapeFlags(string prefix = "--")
{
    static readonly StudentShape preset = new();
    readonly Option<int> layers = Flag.Whole(prefix + "layers", preset.Layers, "Layers of a new student; with --from, keep so many of its layers, evenly spaced", from: 1);
    readonly Option<int> hidden = Flag.Whole(prefix + "hidden", preset.Hidden, "Width of a new student", from: 1);
    readonly Option<int> heads = Flag.Whole(prefix + "heads", preset.Heads, "Attention heads of a new student", from: 1);
    readonly Option<int> intermediate = Flag.Whole(prefix + "intermediate", preset.Intermediate, "Width of a new student's feed-forward layers", from: 1);
    readonly Option<float> dropout = Flag.Number(prefix + "dropout", preset.Dropout, "Dropout of a new student");

    public Option<int> Layers => layers;

    public IReadOnlyList<Option> All => [layers, hidden, heads, intermediate, dropout];

    public StudentShape Read(ParseResult parsed) => new(
        parsed.GetValue(layers), parsed.GetValue(hidden), parsed.GetValue(heads), parsed.GetValue(intermediate), parsed.GetValue(dropout));
}

/// <summary>The shape of an encoder to be measured, which no text or training needs to fit.</summary>
sealed class EncoderShapeFlags(EncoderConfig preset)
{
    readonly Option<int> layers = Flag.Whole("--layers", preset.Layers, "Encoder layers", from: 1);
    readonly Option<int> hidden = Flag.Whole("--hidden", preset.Hidden, "Width", from: 1);
    readonly Option<int> heads = Flag.Whole("--heads", preset.Heads, "Attention heads", from: 1);
    readonly Option<int> ffn = Flag.Whole("--ffn", preset.Intermediate, "Width of the feed-forward layer", from: 1);
    readonly Option<int> vocabulary = Flag.Whole("--vocab", preset.VocabularySize, "Tokens of the vocabulary", from: SpecialTokens.All.Count + 1);

    public IReadOnlyList<Option> All => [layers, hidden, heads, ffn, vocabulary];

    public EncoderConfig Read(ParseResult parsed) =>
        new(parsed.GetValue(vocabulary), parsed.GetValue(hidden), parsed.GetValue(layers), parsed.GetValue(heads), parsed.GetValue(ffn), Overlap: OverlapMarks.None);
}
