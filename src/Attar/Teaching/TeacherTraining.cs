using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Teaching;

/// <summary>Trains a teacher on the train judgments of a data set, people's or weak ones.</summary>
static class TeacherTraining
{
    public static IEnumerable<string> Inputs(Workspace workspace, string? from) =>
        from == null ? [workspace.Data, workspace.Tokenizer] : [workspace.Data, workspace.Tokenizer, .. Folders(workspace.Resolve(from))];

    /// <summary>Of a model, and of the one that it is an adapter of.</summary>
    static IEnumerable<string> Folders(string model) => new[] { model, AdapterFolder.BaseOf(model) }.Distinct();

    /// <summary>The model's folder, and beside it the adapter's where there is one.</summary>
    public static IEnumerable<string> Outputs(string folder, LoraOptions? lora) => lora == null ? [folder] : [folder, AdapterOf(folder)];

    /// <summary>The adapter's folder beside a model that was trained through one.</summary>
    public static string AdapterOf(string folder) => folder + "-adapter";

    /// <param name="start">What becomes of the model of <paramref name="from"/> before it is trained; null: graded marks where it was not made here.</param>
    /// <param name="from">A model folder to start from, or null for a fresh one of the given shape.</param>
    public static void Run(string what, Dataset dataset, string? from, ModelStart? start, TeacherShape? shape, int maxTokens, LoraOptions? lora, TrainingOptions training, string folder, StageContext context)
    {
        if (from == null && start != null) throw new InputException("start", "expected a model to start from, found none; give its name as from, or shape and maxTokens for a new one");
        if (lora != null && start?.Layers != null) throw new InputException("layers", $"{start.Layers}; an adapter belongs to the whole model: leave it out, or train all weights");
        if (lora != null && from == null) throw new InputException("lora", "expected a model to start from, found none; give its folder as from, or train the new one whole");
        if (from != null && Outputs(folder, lora).Contains(context.Workspace.Resolve(from))) throw new InputException("from", $"{from} is what this stage writes; move it to another name and start from that");
        Tokenizer tokenizer = ModelStore.LoadTokenizer(from != null ? context.Workspace.ModelAt(from) : context.Workspace.Tokenizer); // weights and tokens belong together
        using PairModel model = from != null
            ? ModelStore.LoadForGrades(context.Workspace.Resolve(from), dataset.Scale.Gains, context.Seed, trainable: lora == null, start ?? new())
            : Fresh(shape ?? new TeacherShape(), tokenizer.VocabularySize, maxTokens, dataset.Scale, context.Seed);
        if (from != null) WeightOrigin.Remember(model, context.Workspace, from);
        if (lora != null) model.Adapt(lora, context.Seed);
        using var kernels = new CpuKernels(context.Threads) { Products = training.Products };
        using var scorer = new PairScorer(model, kernels);
        PairText pairText = ModelText.Of(model, tokenizer);
        if (from != null) WeightsFit.Tell(from, model, tokenizer, pairText, dataset, context.Progress);
        var hiding = new WordHiding(training.HiddenWords, pairText, tokenizer);
        var text = new CatalogueText(pairText, dataset.Products);
        var data = new TeachingData(dataset, text, hiding, training.PartTokens, context.Seed);
        var dev = new DevRanking(DevRanking.Judged(dataset), text, scorer, context.Ranks);
        TrainingLoop.Run(what, model, data, training, folder, kernels, context, dev.Any ? dev.Ndcg : null);
        if (!context.Writes) return;
        dev.RefuseCollapse(Path.GetFileName(folder));
        ModelStore.Save(model, folder);
        tokenizer.Save(folder);
        if (lora != null)
        {
            AdapterFolder.Save(model, AdapterOf(folder), AdapterFolder.BaseOf(context.Workspace.Resolve(from!)));
            tokenizer.Save(AdapterOf(folder));
        }
        TrainingState.RemoveCheckpoint(folder);
    }

    static Decoder Fresh(TeacherShape shape, int vocabulary, int maxTokens, GradeScale scale, ulong seed)
    {
        var model = new Decoder(shape.Config(vocabulary, maxTokens, scale.Grades)) { Gains = scale.Gains };
        model.Parameters.Initialize(seed);
        return model;
    }
}
