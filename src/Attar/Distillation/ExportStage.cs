using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Tensors.Kernels;
using Attar.Training;
using Attar.Weights;

namespace Attar.Distillation;

/// <summary>Copies a model to where it is served: the Hugging Face folder without checkpoints and training curve, read back once to be sure; for an encoder also <c>model.onnx</c>; and a model card.</summary>
/// <param name="To">The folder to write.</param>
/// <param name="Model">teacher, student-human or student, or a model elsewhere.</param>
/// <param name="Int8">Also <c>model_int8.onnx</c>: products in 8 bits, their weights a quarter of the size; its scores are a little off.</param>
public sealed record ExportStage(string To, string Model = "student", bool Int8 = false) : Stage
{
    static readonly string[] own = ["training.tsv"]; // of the training, not of the model

    public override string Title => $"export {Model}";

    public override IEnumerable<string> Inputs(Workspace workspace) => File.Exists(workspace.Metrics) ? [workspace.Resolve(Model), workspace.Metrics] : [workspace.Resolve(Model)];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.GetFullPath(To)];

    /// <summary>A card that somebody wrote is among them.</summary>
    public override bool KeepsOutputs => true;

    public override void Run(StageContext context)
    {
        string from = context.Workspace.ModelAt(Model);
        Directory.CreateDirectory(To);
        if (File.Exists(from)) Unfold(from);
        else Copy(from, context);
        using PairModel model = ModelStore.Load(To);
        if (OnnxModel.CanWrite(model)) WriteOnnx(model);
        else context.Progress.Note($"{OnnxModel.FileName} left out: {(model is Encoder ? $"a split encoder has no such form, {Model} is one" : $"only encoders can be written as ONNX, {Model} is {ModelFolder.Open(To).Text("model_type", "another")}")}");
        WeightOrigin.Remember(model, context.Workspace, Model);
        if (ModelCard.IsOwn(To)) context.Progress.Note($"{ModelCard.FileName} kept: it is not one that export wrote");
        else new ModelCard(context.Workspace, WeightReference.NameOf(Model), model).Write(To);
    }

    /// <summary>A GGUF file as a folder, in float32.</summary>
    void Unfold(string file)
    {
        using PairModel model = ModelStore.Load(file);
        ModelStore.Save(model, To);
        Tokenizer.Load(file).Save(To);
    }

    void Copy(string from, StageContext context)
    {
        bool card = !ModelCard.IsOwn(To);
        string[] files = [.. Directory.EnumerateFiles(from).Where(file => !own.Contains(Path.GetFileName(file)) && (card || Path.GetFileName(file) != ModelCard.FileName) && !file.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (string onnx in new[] { OnnxModel.FileName, OnnxModel.Int8FileName }) File.Delete(Path.Combine(To, onnx)); // of a former export: no server is to load another model's
        for (int i = 0; i < files.Length; i++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            AtomicFile.Write(Path.Combine(To, Path.GetFileName(files[i])), stream =>
            {
                using FileStream source = File.OpenRead(files[i]);
                source.CopyTo(stream);
            });
            context.Progress.Report(Title, i + 1, files.Length);
        }
    }

    void WriteOnnx(PairModel model)
    {
        PairText text = ModelText.Of(model, Tokenizer.Load(To));
        OnnxModel.Write(model, text, Path.Combine(To, OnnxModel.FileName));
        if (Int8) OnnxModel.Write(model, text, Path.Combine(To, OnnxModel.Int8FileName), Precision.Int8);
    }
}
