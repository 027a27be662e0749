using System.Globalization;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Models.Heads;
using Attar.Models.Sentences;
using Attar.Retrieval;
using Attar.Tensors.Kernels;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Labeling.Teachers;

/// <summary>The teachers that a label stage names: models of the workspace or elsewhere, each perhaps in fewer bits, an encoder of sentences, or BM25.</summary>
sealed class TeacherNames
{
    readonly ModelReference[] models;
    readonly Workspace workspace;

    /// <exception cref="InputException">when a name is there twice.</exception>
    public TeacherNames(IReadOnlyList<string> names, Workspace workspace)
    {
        this.workspace = workspace;
        if (names.Count == 0 || names.Distinct().Count() < names.Count) throw new InputException("teachers", $"expected one or more names, each once, found [{string.Join(", ", names)}]; correct it");
        models = [.. names.Select(ModelReference.Parse)];
    }

    /// <summary>As they were given.</summary>
    public IEnumerable<string> Names => models.Select(model => $"{model}");

    /// <summary>Whether BM25 alone labels, without grades.</summary>
    public bool IsBm25 => models is [var only] && IsBm25Named(only);

    /// <summary>Of models and of those that adapters belong to, each once.</summary>
    public IEnumerable<string> Folders => models.Where(model => !IsBm25Named(model)).Select(FolderOf).SelectMany(folder => new[] { folder, AdapterFolder.BaseOf(folder) }).Distinct();

    /// <summary>Those whose agreement with float32 is to be shown.</summary>
    public IEnumerable<ModelReference> Reduced => models.Where(model => model.Precision != Precision.Float32);

    /// <summary>The teacher of that name, or of all of them, and the stamp of its labels.</summary>
    /// <param name="weighing">How much each counts.</param>
    /// <param name="template">How pairs are written; null: as each model says.</param>
    /// <param name="note">Is told the weights.</param>
    /// <param name="polarise">How steep the sigmoid is through which each goes before they are mixed, as gains; null: none.</param>
    /// <exception cref="InputException">when a model is missing, does not grade, or has other grades than the first.</exception>
    public (ITeacher Teacher, LabelStamp Stamp) Open(ScoreTransform transform, Dataset data, IReadOnlyDictionary<string, string> queries, IKernels kernels, TeacherWeighing weighing, string? template, Action<string> note, double? polarise = null)
    {
        if (IsBm25) return (new Bm25Teacher(data, queries, kernels.Threads), new LabelStamp(Bm25Hash(), "", Rerankers.Bm25, transform, "", 0));
        List<ITeacher> members = OpenAll(polarise is null ? transform : ScoreTransform.Logit, data, queries, kernels, template);
        try
        {
            ITeacher[] opened = [.. members.Select(member => polarise is { } steepness ? new RescoredTeacher(member, odds => GradeHead.Polarised(odds, steepness)) : member)];
            double[] weights = opened.Length == 1 || weighing == TeacherWeighing.Alike ? TeacherWeights.Alike(opened.Length) : TeacherWeights.Of(opened, data);
            if (opened.Length > 1) note(string.Create(CultureInfo.InvariantCulture, $"label: the mean of {string.Join(" and ", models.Zip(weights, (model, weight) => $"{model} ({weight:p0})"))}, {(weighing == TeacherWeighing.Alike ? "which count alike" : "as they foretell the dev judgments")}"));
            ITeacher teacher = opened.Length == 1 ? opened[0] : new Ensemble(opened, weights);
            return (polarise is not null && transform == ScoreTransform.Logit ? new RescoredTeacher(teacher, GradeHead.Logit) : teacher, StampOf(members, weights, transform) with { Polarise = polarise });
        }
        catch
        {
            foreach (ITeacher member in members) member.Dispose();
            throw;
        }
    }

    /// <summary>Each of them, as teachers of the same grades.</summary>
    /// <exception cref="InputException"/>
    public List<ITeacher> OpenAll(ScoreTransform transform, Dataset data, IReadOnlyDictionary<string, string> queries, IKernels kernels, string? template)
    {
        var opened = new List<ITeacher>();
        try
        {
            foreach (ModelReference model in models)
            {
                opened.Add(IsBm25Named(model) ? Calibrated(model, transform, data, () => new Bm25Teacher(data, queries, kernels.Threads))
                    : SentenceEncoder.Is(workspace.ModelAt(model.Folder)) ? Calibrated(model, transform, data, () => new SimilarityTeacher($"{model}", workspace.ModelAt(model.Folder), data, queries, kernels.Threads))
                    : transform != ScoreTransform.Raw && Answers(model, template) ? Calibrated(model, transform, data, () => Open(model, transform, data.Products, queries, kernels, template), anyPrecision: true)
                    : Open(model, transform, data.Products, queries, kernels, template));
                if (opened[^1].Grades != opened[0].Grades) throw new InputException("teachers", $"{model} has {opened[^1].Grades} grades, {models[0]} has {opened[0].Grades}; expected the same; leave one out");
            }
            return opened;
        }
        catch
        {
            foreach (ITeacher teacher in opened) teacher.Dispose();
            throw;
        }
    }

    /// <summary>Of labels that all of them make together.</summary>
    /// <param name="weights">(teachers) alike where the stamp need not say them.</param>
    public LabelStamp StampOf(IReadOnlyList<ITeacher> opened, double[] weights, ScoreTransform transform)
    {
        bool alike = weights.Distinct().Count() == 1;
        return new LabelStamp(
            Joined(models.Index().Select(entry => Weights(entry.Item, opened[entry.Index]) + (alike ? "" : string.Create(CultureInfo.InvariantCulture, $"*{weights[entry.Index]}")))),
            Joined(models.Select(model => IsBm25Named(model) ? "" : HashOf(FolderOf(model), weights: false))),
            Joined(opened.Select(teacher => teacher.Template)), transform, Joined(models.Select(model => IsBm25Named(model) ? "" : model.Precision.ToString().ToLowerInvariant())), opened[0].Grades);

        string Weights(ModelReference model, ITeacher teacher)
        {
            string own = IsBm25Named(model) ? Bm25Hash() : HashOf(FolderOf(model), weights: true);
            return teacher is CalibratedTeacher ? $"{own}+{(DatasetFiles.JudgmentFiles(workspace.Data) is [var only] ? LabelStore.HashOf(only) : LabelStore.HashOf(DatasetFiles.JudgmentFiles(workspace.Data)))}" : own; // people's judgments make its grades
        }
    }

    public ModelTeacher Open(ModelReference model, ScoreTransform transform, IReadOnlyList<Product> products, IReadOnlyDictionary<string, string> queries, IKernels kernels, string? template = null) =>
        new(workspace.ModelAt(model.Folder), model.Precision, Answers(model, template) ? ScoreTransform.Raw : transform, products, queries, kernels, models.Length > 1 && ModelStore.WritesOwnPairs(workspace.ModelAt(model.Folder)) ? null : template);

    /// <summary>Whether it is a language model that answers yes or no, which is a score without grades.</summary>
    bool Answers(ModelReference model, string? template) => template != null && LanguageAnswer.Is(workspace.ModelAt(model.Folder));

    static CalibratedTeacher Calibrated(ModelReference model, ScoreTransform transform, Dataset data, Func<ITeacher> open, bool anyPrecision = false) =>
        transform == ScoreTransform.Raw ? throw new InputException("teachers", $"{model} has no grades but those that judgments make of its scores; --transform raw is for models of one logit: leave it out")
        : anyPrecision || model.Precision == Precision.Float32 ? new($"{model}", open(), transform, data)
        : throw new InputException("teachers", $"{model}; an encoder of sentences, and BM25, is computed in float32; leave the precision out");

    static bool IsBm25Named(ModelReference model) => model.Folder == Rerankers.Bm25;

    string FolderOf(ModelReference model) => workspace.Resolve(model.Folder);

    /// <summary>The catalogue's statistics are part of every score.</summary>
    string Bm25Hash() => $"bm25 {LabelStore.HashOf(Path.Combine(workspace.Data, DatasetFiles.Products))}";

    static string Joined(IEnumerable<string> parts) => string.Join(',', parts);

    /// <summary>The weights of a model with marks, and the modules of a head.</summary>
    static IEnumerable<string> Below(string folder) => Directory.EnumerateDirectories(folder).Where(inner => Path.GetFileName(inner) is [>= '0' and <= '9', ..] or "attar").SelectMany(Directory.EnumerateFiles);

    /// <summary>The hash of a model folder's weights with their configuration, or of the other files that the tokenizer is made of. A GGUF file is both.</summary>
    static string HashOf(string folder, bool weights) => LabelStore.HashOf(new[] { folder, AdapterFolder.BaseOf(folder) }.Distinct().SelectMany(of => Files(of, weights)));

    static IEnumerable<string> Files(string folder, bool weights) => File.Exists(folder) ? [folder] : Directory.GetFiles(folder).Concat(Below(folder))
        .Where(file => Path.GetExtension(file) is ".json" or ".txt" or ".model" or ".safetensors")
        .Where(file => weights == (Path.GetFileName(file) is "config.json" or "adapter_config.json" || Path.GetExtension(file) == ".safetensors"))
        .Order(StringComparer.Ordinal);
}
