using Attar.Models;
using Attar.Tensors.Autograd;

namespace Attar.Training;

/// <summary>What a model learns from: a fixed list of batches for every epoch, the same whenever it is asked for.</summary>
public interface ITrainingData
{
    /// <summary>Number of batches of an epoch.</summary>
    int BatchesOf(int epoch);

    /// <summary>Draws the batches of an epoch; called before the first of them is used.</summary>
    void Begin(int epoch);

    /// <summary>Forward pass and mean loss of a batch; leaves the gradient of the loss at the model's output, ready for the tape to run back. Called for several batches at the same time.</summary>
    float Loss(Tape tape, PairModel model, int epoch, int batch);
}
