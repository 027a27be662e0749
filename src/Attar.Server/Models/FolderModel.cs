using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Server.Models;

/// <summary>A model from its folder. All models of a server share its threads, for one at a time computes.</summary>
public sealed class FolderModel : IScoringModel
{
    readonly PairModel model;
    readonly PairScorer scorer;

    /// <exception cref="CheckpointException">when the folder is not a model that can be read.</exception>
    /// <exception cref="InvalidDataException">when its tokenizer cannot be read.</exception>
    public FolderModel(string folder, CpuKernels kernels)
    {
        Tokenizer = WordPieceTokenizer.Load(folder);
        model = ModelStore.Load(folder);
        scorer = new PairScorer(model, kernels);
        Text = ModelText.Of(model, Tokenizer);
    }

    public ITokenizer Tokenizer { get; }

    public PairText Text { get; }

    public int Labels => model.Labels;

    public IReadOnlyList<double>? Gains => model.Gains;

    public void Logits(IReadOnlyList<TokenPair> pairs, float[] logits) => scorer.Logits(pairs, logits);

    public void Dispose()
    {
        scorer.Dispose();
        model.Dispose();
    }
}
