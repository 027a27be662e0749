using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Training;

namespace Attar.Distillation;

/// <summary>Copies a model to where it is served: the Hugging Face folder without checkpoints and training curve, read back once to be sure; for a BERT also <c>model.onnx</c>.</summary>
/// <param name="To">The folder to write.</param>
/// <param name="Model">teacher, student-human or student.</param>
public sealed record ExportStage(string To, string Model = "student") : Stage
{
    static readonly string[] own = ["training.tsv"]; // of the training, not of the model

    public override string Title => $"export {Model}";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Model(Model)];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.GetFullPath(To)];

    public override void Run(StageContext context)
    {
        string from = context.Workspace.Model(Model);
        if (!File.Exists(Path.Combine(from, "config.json"))) throw new InputException(from, $"no model named '{Model}' in the workspace; train it first, or choose another with --model");
        string[] files = [.. Directory.EnumerateFiles(from).Where(file => !own.Contains(Path.GetFileName(file)) && !file.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
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
        using PairModel model = ModelStore.Load(To);
        if (EncoderOnnx.CanWrite(model)) EncoderOnnx.Write((Encoder)model, ModelText.Of(model, Tokenizer.Load(To)), Path.Combine(To, EncoderOnnx.FileName));
        else context.Progress.Note($"{EncoderOnnx.FileName} left out: only BERT can be written as ONNX, {Model} is {ModelFolder.Open(To).Text("model_type", "another")}");
    }
}
