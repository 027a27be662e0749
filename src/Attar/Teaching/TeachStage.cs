using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Teaching;

/// <summary>Fine-tunes the teacher as a classifier of grades with soft targets on the train split.</summary>
/// <param name="From">A folder of the workspace or elsewhere to start from; null starts from random weights.</param>
/// <param name="Shape">Of a teacher made from scratch; with <paramref name="From"/> the folder says it.</param>
/// <param name="MaxTokens">Budget of a pair when made from scratch.</param>
public sealed record TeachStage(string? From = null, TeacherShape? Shape = null, int MaxTokens = 64, TrainingOptions? Training = null) : Stage
{
    public override string Title => "teach";

    public override IEnumerable<string> Inputs(Workspace workspace) =>
        From == null ? [workspace.Data, workspace.Tokenizer] : [workspace.Data, workspace.Tokenizer, workspace.Resolve(From)];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Teacher];

    public override void Run(StageContext context)
    {
        Workspace workspace = context.Workspace;
        Dataset dataset = DatasetFiles.Read(workspace.Data);
        ITokenizer tokenizer = WordPieceTokenizer.Load(workspace.Tokenizer);
        TrainingOptions training = Training ?? new TrainingOptions();
        using PairModel model = From != null
            ? ModelStore.LoadWithNewHead(workspace.Resolve(From), dataset.Scale.Grades, context.Seed)
            : Fresh(tokenizer.VocabularySize, dataset.Scale.Grades, context.Seed);
        model.Gains = dataset.Scale.Gains;
        using var kernels = new CpuKernels(context.Threads);
        using var scorer = new PairScorer(model, kernels);
        var text = new CatalogueText(ModelText.Of(model, tokenizer), dataset.Products);
        var data = new TeachingData(dataset, text, training.PartTokens, context.Seed);
        var dev = new DevRanking(dataset, text, scorer);
        TrainingLoop.Run("teach", model, data, training, workspace.Teacher, kernels, context, dev.Any ? dev.Ndcg : null);
        dev.RefuseCollapse("teacher");
        ModelStore.Save(model, workspace.Teacher);
        tokenizer.Save(workspace.Teacher);
        TrainingState.RemoveCheckpoint(workspace.Teacher);
    }

    Decoder Fresh(int vocabulary, int grades, ulong seed)
    {
        var model = new Decoder((Shape ?? new TeacherShape()).Config(vocabulary, MaxTokens, grades));
        model.Parameters.Initialize(seed);
        return model;
    }
}
