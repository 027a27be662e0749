using Attar.Data;
using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;
using Attar.Training;

namespace Attar.Teaching;

/// <summary>Judged pairs of the train split with their soft targets: L = -Σ_k t_k log softmax(z)_k.</summary>
sealed class TeachingData : ITrainingData
{
    readonly (string Query, Judgment Judgment)[] items;
    readonly CatalogueText text;
    readonly EpochPlan plan;
    readonly int grades;
    readonly WordHiding hiding;

    public TeachingData(Dataset dataset, CatalogueText text, WordHiding hiding, int batchTokens, ulong seed)
    {
        (this.text, this.hiding, grades) = (text, hiding, dataset.Scale.Grades);
        Dictionary<string, string> queries = dataset.Queries.ToDictionary(query => query.Id, query => query.Text);
        items = [.. dataset.Judgments
            .Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Train)
            .Select(judgment => (queries[judgment.QueryId], judgment))];
        plan = new EpochPlan(items.Length, i => text.Length(items[i].Query, items[i].Judgment.ProductId), batchTokens, seed);
    }

    public int BatchesOf(int epoch) => plan.BatchesOf(epoch);

    public void Begin(int epoch) => plan.Begin(epoch);

    public float Loss(Tape tape, PairModel model, int epoch, int step)
    {
        ReadOnlySpan<int> batch = plan.Batch(epoch, step);
        var pairs = new TokenPair[batch.Length];
        Tensor targets = tape.Arena.Allocate(batch.Length, grades);
        for (int i = 0; i < batch.Length; i++)
        {
            (string query, Judgment judgment) = items[batch[i]];
            pairs[i] = text.Pair(query, judgment.ProductId);
            SoftTarget.Write(judgment, targets.Row(i));
        }
        PackedBatch packed = PackedBatch.Of(pairs);
        hiding.Apply(tape, packed);
        return SoftmaxCrossEntropy.Apply(tape, model.Logits(tape, packed), targets);
    }
}
