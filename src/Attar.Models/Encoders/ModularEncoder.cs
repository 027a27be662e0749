using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models.Encoders;

/// <summary>How a text's tokens become one row.</summary>
enum Pooling
{
    First,
    Mean,
    Last,
}

/// <summary>What a module does to a row: (sequences, in) to (sequences, out).</summary>
delegate Variable RowModule(Tape tape, Variable x);

/// <summary>A model under a head made of modules, as sentence-transformers keeps it: its tokens' rows are pooled and go through the modules, the last of which gives one score.</summary>
/// <param name="trunk">Its own head is not used; what it owns, this model owns.</param>
sealed class ModularEncoder(PairModel trunk, Pooling pooling, IReadOnlyList<RowModule> modules) : PairModel(trunk.Parameters)
{
    public override int Labels => 1;
    public override int VocabularySize => trunk.VocabularySize;
    public override int MaxLength => trunk.MaxLength;
    public override OverlapMarks Overlap => trunk.Overlap;

    public override Variable Hidden(Tape tape, PackedBatch batch) => trunk.Hidden(tape, batch);

    public override Variable Logits(Tape tape, PackedBatch batch)
    {
        Variable x = trunk.Hidden(tape, batch);
        x = pooling switch
        {
            Pooling.Mean => MeanPool.Apply(tape, x, batch.Offsets, batch.OneEach),
            Pooling.Last => SelectRows.Apply(tape, x, batch.LastRows),
            _ => SelectRows.Apply(tape, x, batch.FirstRows),
        };
        foreach (RowModule module in modules) x = module(tape, x);
        return x; // (sequences, 1)
    }

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows) => trunk.LanguageLogits(tape, batch, rows);
}
