using System.Globalization;
using Attar.Models;
using Attar.Tensors.Kernels;
using Attar.Tensors.Optimizers;
using Attar.Workspaces;

namespace Attar.Training;

/// <summary>The training loop of every model here: pre-training, teacher and student differ in data and loss only.</summary>
public static class TrainingLoop
{
    const int CurvePoints = 200;

    /// <summary>Trains in place, from the checkpoint where there is one. On return the model holds the chosen weights, <c>training.tsv</c> stands in the folder and the checkpoint is gone.</summary>
    /// <param name="folder">Of the model being made.</param>
    /// <param name="devNdcg">Ranks the dev queries with the present weights, on all ranks together; null where there is nothing to rank.</param>
    /// <exception cref="StageFailedException">when the loss is no longer a number.</exception>
    public static void Run(string what, PairModel model, ITrainingData data, TrainingOptions options, string folder, IKernels kernels, StageContext context, Func<double>? devNdcg)
    {
        options = options.Or(TrainingOptions.FromScratch);
        (int epochs, float learningRate) = (options.Epochs!.Value, options.LearningRate!.Value);
        using var optimizer = new AdamW(model.Trained, new AdamWOptions(WeightDecay: options.WeightDecay));
        using var parts = new StepParts(model, data, kernels, options.Parts, options.Accumulate, options.Checkpointing, context.Ranks);
        using var state = new TrainingState(model, optimizer, folder, context.Writes);
        state.Load();

        int[] stepsOf = [.. Enumerable.Range(0, epochs).Select(epoch => StepParts.StepsOf(data.BatchesOf(epoch), options.Parts, options.Accumulate))];
        int total = stepsOf.Sum(), epoch = 0, first = 0, logEvery = Math.Max(1, total / CurvePoints);
        if (total == 0) throw new StageFailedException($"{what}: there is nothing to train on");
        if (context.Ranks is { } ranks) RankAgreement.Check(what, ranks, options, total, state.Step, model, kernels);
        bool stop = context.Ranks is null && context.Cancel.IsCancellationRequested; // ranks stop together, behind a step
        long lastSaved = context.Clock.GetTimestamp();

        while (state.Step < total)
        {
            while (state.Step >= first + stepsOf[epoch]) first += stepsOf[epoch++];
            if (stop)
            {
                state.Save();
                context.Ranks?.Gather([]); // whoever ends first ends the others
                context.Cancel.ThrowIfCancellationRequested();
                throw new StageFailedException($"{what}: another rank was told to stop; {state.LastSaved}; run again to go on from there");
            }

            // one step: forward, backward, update
            (float loss, float share, stop) = parts.Run(epoch, state.Step - first, seed: context.Seed * 1_000_003 + (ulong)state.Step, context.Cancel);
            float norm = optimizer.Step(kernels, LearningRate.At(state.Step, total, learningRate, options.Warmup), share);
            if (!float.IsFinite(loss) || !float.IsFinite(norm))
                throw new StageFailedException($"{what}: step {state.Step + 1}: the loss is {loss}, its gradient's norm {norm}; {state.LastSaved}; lower the learning rate (now {learningRate}) and run again");
            state.Count(loss);

            // the curve, and at the end of an epoch the dev queries
            bool epochEnds = state.Step == first + stepsOf[epoch];
            if (state.Step % logEvery == 0 || epochEnds)
            {
                double? ndcg = epochEnds ? devNdcg?.Invoke() : null;
                state.Log(ndcg, total);
                if (ndcg > state.Best && options.KeepBest) state.KeepBest(ndcg.Value);
            }
            context.Progress.Report(what, state.Step, total, string.Create(CultureInfo.InvariantCulture, $"loss {state.RecentLoss:0.0000}"));

            if (context.Clock.GetElapsedTime(lastSaved).TotalSeconds >= options.CheckpointSeconds && state.Step < total)
            {
                state.Save();
                lastSaved = context.Clock.GetTimestamp();
            }
        }
        state.Finish();
        if (context.Ranks is { } all && parts.Exchange is { } exchange)
            context.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"{what}: {all.Size} ranks, {all.BytesSent:n0} bytes sent by each, {exchange.Summing.TotalSeconds:0.0} s of adding up gradients, {100 * exchange.Overlap:0} % of it while computing"));
    }
}
