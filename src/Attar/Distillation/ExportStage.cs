using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Onnx;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Teaching;
using Attar.Tensors.Kernels;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Distillation;

/// <summary>Copies a model to where it is served: the Hugging Face folder without checkpoints and training curve, read back once to be sure; for an encoder also <c>onnx/model.onnx</c>; and a model card.</summary>
/// <param name="To">The folder to write.</param>
/// <param name="Model">teacher, student-human or student, or a model elsewhere.</param>
/// <param name="Int8">Also <c>onnx/model_int8.onnx</c>: products and words in 8 bits, a quarter of the size; its scores are a little off.</param>
/// <param name="Adapter">In place of a model the low-rank updates that the teacher was trained through: PEFT's folder, and in it <c>adapter.gguf</c> for llama.cpp.</param>
public sealed record ExportStage(string To, string Model = "student", bool Int8 = false, bool Adapter = false) : Stage
{
    static readonly string[] formerly = [OnnxModel.FileName, OnnxModel.Int8FileName, "model.onnx", "model_int8.onnx", "model.safetensors", "attar/model.safetensors"];

    static readonly string[] own = ["training.tsv"]; // of the training, not of the model

    public override string Title => Adapter ? "export adapter" : $"export {Model}";

    public override IEnumerable<string> Inputs(Workspace workspace) =>
        Adapter ? [TeacherTraining.AdapterOf(workspace.Teacher)] : File.Exists(workspace.Metrics) ? [workspace.Resolve(Model), workspace.Metrics] : [workspace.Resolve(Model)];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.GetFullPath(To)];

    public override bool KeepsOutputs => true;

    /// <summary>A card that somebody wrote stays.</summary>
    public override bool Spares(string file) => file == ModelCard.FileName;

    public override void Run(StageContext context)
    {
        if (Adapter) RunAdapter(context);
        else RunModel(context);
    }

    void RunAdapter(StageContext context)
    {
        string from = TeacherTraining.AdapterOf(context.Workspace.Teacher);
        if (!AdapterFolder.Is(from)) throw new InputException(from, "no adapter in the workspace; teach with --lora first, or leave out --adapter");
        if (File.Exists(Path.Combine(To, "config.json"))) throw new InputException(To, "has a model; an adapter wants a folder of its own: name another");
        Copy(from, context, _ => true);
        IReadOnlyList<string> left = GgufAdapter.Save(To, Path.Combine(To, GgufAdapter.FileName));
        if (left.Count > 0) context.Progress.Note($"{GgufAdapter.FileName} has the updates alone: llama.cpp has no place for {string.Join(", ", left)}");
    }

    void RunModel(StageContext context)
    {
        string from = context.Workspace.ModelAt(Model);
        ModelStore.Load(from).Dispose(); // what cannot be served is refused before anything is written
        Directory.CreateDirectory(To);
        bool card = !ModelCard.IsOwn(To);
        foreach (string former in formerly) // of another model, or of an older release: no server is to load it
            if (Path.Combine(To, former) is var path && File.Exists(path)) File.Delete(path);
        if (File.Exists(from)) Unfold(from);
        else Copy(from, context, name => !own.Contains(name) && (card || name != ModelCard.FileName));
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
        ModelStore.LoadTokenizer(file).Save(To);
    }

    /// <summary>What lies in folders of a model's folder and belongs to it: its weights, where they lie apart, and the modules of its head.</summary>
    static IEnumerable<string> Below(string from) => Directory.EnumerateDirectories(from).Where(inner => Path.GetFileName(inner) is [>= '0' and <= '9', ..] or "attar").SelectMany(Directory.EnumerateFiles);

    void Copy(string from, StageContext context, Func<string, bool> isWanted)
    {
        Directory.CreateDirectory(To);
        string[] files = [.. Directory.EnumerateFiles(from).Where(file => isWanted(Path.GetFileName(file))).Concat(Below(from)).Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        for (int i = 0; i < files.Length; i++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            string to = Path.Combine(To, Path.GetRelativePath(from, files[i]));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            AtomicFile.Write(to, stream =>
            {
                using FileStream source = File.OpenRead(files[i]);
                source.CopyTo(stream);
            });
            context.Progress.Report(Title, i + 1, files.Length);
        }
    }

    void WriteOnnx(PairModel model)
    {
        PairText text = ModelText.Of(model, ModelStore.LoadTokenizer(To));
        OnnxModel.Write(model, text, Path.Combine(To, OnnxModel.FileName));
        if (Int8) OnnxModel.Write(model, text, Path.Combine(To, OnnxModel.Int8FileName), Precision.Int8);
    }
}
