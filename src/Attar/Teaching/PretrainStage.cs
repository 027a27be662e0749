using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Teaching;

/// <summary>Which of the two models a stage is about.</summary>
public enum ModelRole { Teacher, Student }

/// <summary>Trains a model from scratch on the catalogue's text, for machines that have no checkpoint: next token for a teacher, masked tokens for a student. Writes <c>teacher-pretrained/</c> or <c>student-pretrained/</c>.</summary>
/// <param name="Titles">Products of other shops to read as well: tab-separated lines with a column <c>title</c>, and perhaps <c>brand</c> and <c>category</c>.</param>
/// <param name="Name">Folder of the workspace to write, where one of each role is not enough.</param>
/// <param name="MaskedShare">Of the words, which a student is to find again, see <see cref="MaskedWords"/>; null: 0.15. A teacher has none.</param>
public sealed record PretrainStage(ModelRole Model, TeacherShape? Teacher = null, StudentShape? Student = null, int MaxTokens = 64, TrainingOptions? Training = null, string? Titles = null, string? Name = null, double? MaskedShare = null) : Stage
{
    /// <summary>Unless told otherwise: a catalogue is little text, to be read many times.</summary>
    public static TrainingOptions Preset { get; } = new(Epochs: 12, LearningRate: 1e-3f, MixedPrecision: false);

    string Folder => Name ?? (Model == ModelRole.Teacher ? "teacher-pretrained" : "student-pretrained");

    public override string Title => $"pretrain {Name ?? (Model == ModelRole.Teacher ? "teacher" : "student")}";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, workspace.Tokenizer, .. Titles is null ? [] : new[] { Path.GetFullPath(Titles) }];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Model(Folder)];

    public override Stage Resolved(Workspace workspace) => this with { Training = (Training ?? new()).Or(Preset) };

    public override bool IsRanked => true;

    public override IEnumerable<Fault> Faults()
    {
        if (Training is { HiddenWords: not 0 }) yield return new("hiddenWords", "pre-training hides words by itself; leave it out");
        if (MaskedShare is not null && Model == ModelRole.Teacher) yield return new("maskedShare", "expected a student, for a teacher predicts the next token; leave it out");
    }

    public override void Run(StageContext context)
    {
        Check();
        string folder = context.Workspace.Model(Folder);
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        if (Titles != null) dataset = dataset with { Products = [.. dataset.Products, .. OtherTitles.Read(Titles)] };
        ITokenizer tokenizer = ModelStore.LoadTokenizer(context.Workspace.Tokenizer);
        MaskedWords? masked = Model == ModelRole.Student ? new MaskedWords(MaskedShare ?? MaskedWords.Preset, tokenizer) : null;
        TrainingOptions training = (Training ?? new()).Or(Preset);
        using PairModel model = Model == ModelRole.Teacher
            ? new Decoder((Teacher ?? new TeacherShape()).Config(tokenizer.VocabularySize, MaxTokens, dataset.Scale.Grades))
            : new Encoder((Student ?? new StudentShape()).Config(tokenizer.VocabularySize, MaxTokens, languageHead: true));
        model.Parameters.Initialize(context.Seed);
        using var kernels = new CpuKernels(context.Threads) { Products = training.Products };
        var text = new CatalogueText(ModelText.Of(model, tokenizer), dataset.Products);
        var data = new PretrainingData(dataset, text, masked, training.PartTokens, context.Seed);
        TrainingLoop.Run(Title, model, data, training, folder, kernels, context, devNdcg: null);
        if (!context.Writes) return;
        ModelStore.Save(model, folder);
        tokenizer.Save(folder);
        TrainingState.RemoveCheckpoint(folder);
    }
}
