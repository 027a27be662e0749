using System.Globalization;
using Attar.Models;
using Attar.Models.Files;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Optimizers;

namespace Attar.Training;

/// <summary>Everything a training needs to go on exactly where it stopped: the weights it changes, optimiser moments, step, curve, best weights so far. Kept in <c>checkpoints/latest.safetensors</c>.</summary>
/// <param name="writes">Off: another process that does the same writes it.</param>
sealed class TrainingState(PairModel model, AdamW optimizer, string folder, bool writes = true) : IDisposable
{
    readonly string checkpoint = Path.Combine(folder, "checkpoints", "latest.safetensors");
    readonly List<string> curve = [];
    readonly LiveCurve live = new(folder);
    readonly Dictionary<Parameter, Tensor> best = [];
    double lossSum;
    int lossCount;

    public int Step { get; private set; }
    public double Best { get; private set; } = double.NegativeInfinity;
    public double RecentLoss { get; private set; } = double.NaN;
    public string LastSaved { get; private set; } = "no checkpoint was written yet";

    public void Count(float loss)
    {
        Step++;
        lossSum += loss;
        lossCount++;
        RecentLoss = double.IsNaN(RecentLoss) ? loss : .98 * RecentLoss + .02 * loss;
    }

    /// <summary>Adds a point to the curve: the mean loss since the last one.</summary>
    /// <param name="total">Steps of the whole training.</param>
    public void Log(double? devNdcg, int total)
    {
        curve.Add(string.Create(CultureInfo.InvariantCulture, $"{Step}\t{lossSum / lossCount:0.000000}\t{devNdcg:0.000000}"));
        (lossSum, lossCount) = (0, 0);
        if (writes) live.Show(curve, total);
    }

    public void KeepBest(double score)
    {
        Best = score;
        foreach (Parameter parameter in model.Trained) parameter.Value.Span.CopyTo(BestOf(parameter).Span);
    }

    Tensor BestOf(Parameter parameter)
    {
        if (!best.TryGetValue(parameter, out Tensor? copy)) best.Add(parameter, copy = Tensor.Zeros(parameter.Rows, parameter.Columns));
        return copy;
    }

    public void Save()
    {
        if (!writes) return;
        var metadata = new Dictionary<string, string>
        {
            ["step"] = Text(Step),
            ["optimizer_steps"] = Text(optimizer.Steps),
            ["best"] = Text(Best),
            ["recent_loss"] = Text(RecentLoss),
            ["loss_sum"] = Text(lossSum),
            ["loss_count"] = Text(lossCount),
            ["curve"] = string.Join('\n', curve),
        };
        IEnumerable<NamedTensor> tensors =
            model.Trained.Select(p => Named(p.Name, p.Value))
            .Concat(optimizer.State.SelectMany(s => new[] { Named("mean." + s.Parameter.Name, s.Mean), Named("variance." + s.Parameter.Name, s.Variance) }))
            .Concat(best.Select(pair => Named("best." + pair.Key.Name, pair.Value)));
        SafeTensorsWriter.Write(checkpoint, tensors, metadata);
        LastSaved = $"the last good checkpoint is {checkpoint} (step {Step})";
    }

    /// <summary>Takes up the checkpoint, if there is one.</summary>
    public void Load()
    {
        if (!File.Exists(checkpoint)) return;
        using SafeTensorsFile file = SafeTensorsFile.Open(checkpoint);
        double Number(string key) => double.Parse(file.Metadata[key], CultureInfo.InvariantCulture);
        (Step, optimizer.Steps, lossCount) = ((int)Number("step"), (int)Number("optimizer_steps"), (int)Number("loss_count"));
        (Best, RecentLoss, lossSum) = (Number("best"), Number("recent_loss"), Number("loss_sum"));
        curve.AddRange(file.Metadata["curve"].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (Parameter parameter in model.Trained)
        {
            Read(parameter.Name, parameter.Value);
            if (file.Contains("best." + parameter.Name)) Read("best." + parameter.Name, BestOf(parameter));
        }
        foreach (var slot in optimizer.State)
        {
            Read("mean." + slot.Parameter.Name, slot.Mean);
            Read("variance." + slot.Parameter.Name, slot.Variance);
        }
        LastSaved = $"the last good checkpoint is {checkpoint} (step {Step})";

        void Read(string name, Tensor into) => file.Read(name, into.Span, into.Rows, into.Columns);
    }

    /// <summary>Puts the chosen weights into the model, writes the curve and removes the checkpoint.</summary>
    public void Finish()
    {
        foreach ((Parameter parameter, Tensor weights) in best) weights.Span.CopyTo(parameter.Value.Span);
        if (!writes) return;
        AtomicFile.WriteText(Path.Combine(folder, "training.tsv"), writer =>
        {
            writer.WriteLine("step\tloss\tdev_ndcg");
            foreach (string line in curve) writer.WriteLine(line);
        });
    }

    /// <summary>Called when the model is saved and the checkpoint no longer needed.</summary>
    public static void RemoveCheckpoint(string folder)
    {
        string checkpoints = Path.Combine(folder, "checkpoints");
        if (Directory.Exists(checkpoints)) Directory.Delete(checkpoints, recursive: true);
    }

    static NamedTensor Named(string name, Tensor tensor) => new(name, [tensor.Rows, tensor.Columns], () => tensor.Span);

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (Tensor tensor in best.Values) tensor.Dispose();
    }
}
