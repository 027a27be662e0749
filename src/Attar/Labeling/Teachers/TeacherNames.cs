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
    readonly string[] folders;
    readonly Workspace workspace;

    /// <exception cref="InputException">when a name is there twice, or BM25 is among others.</exception>
    public TeacherNames(IReadOnlyList<string> names, Workspace workspace)
    {
        this.workspace = workspace;
        if (names.Count == 0 || names.Distinct().Count() < names.Count) throw new InputException("teachers", $"expected one or more names, each once, found [{string.Join(", ", names)}]; correct it");
        IsBm25 = names.Contains(Rerankers.Bm25);
        if (IsBm25 && names.Count > 1) throw new InputException("teachers", "bm25 gives no grades, so its scores do not mix with those of models; name it alone");
        models = [.. names.Where(_ => !IsBm25).Select(ModelReference.Parse)];
        folders = [.. models.Select(model => workspace.Resolve(model.Folder))];
    }

    public bool IsBm25 { get; }

    /// <summary>Of models and of those that adapters belong to, each once.</summary>
    public IEnumerable<string> Folders => folders.SelectMany(folder => new[] { folder, AdapterFolder.BaseOf(folder) }).Distinct();

    /// <summary>Those whose agreement with float32 is to be shown.</summary>
    public IEnumerable<ModelReference> Reduced => models.Where(model => model.Precision != Precision.Float32);

    /// <summary>The teacher of that name, or of all of them, and the stamp of its labels.</summary>
    /// <param name="weighing">How much each counts.</param>
    /// <param name="template">How pairs are written; null: as each model says.</param>
    /// <param name="note">Is told the weights.</param>
    /// <exception cref="InputException">when a model is missing, does not grade, or has other grades than the first.</exception>
    public (ITeacher Teacher, LabelStamp Stamp) Open(ScoreTransform transform, Dataset data, IReadOnlyDictionary<string, string> queries, IKernels kernels, TeacherWeighing weighing, string? template, Action<string> note)
    {
        if (IsBm25)
        {
            string catalogue = LabelStore.HashOf(Path.Combine(workspace.Data, DatasetFiles.Products)); // its statistics are part of every score
            return (new Bm25Teacher(data, queries, kernels.Threads), new LabelStamp($"bm25 {catalogue}", "", Rerankers.Bm25, transform, "", 0));
        }
        var opened = new List<ITeacher>();
        try
        {
            foreach (ModelReference model in models)
            {
                opened.Add(SentenceEncoder.Is(workspace.ModelAt(model.Folder)) ? Similarity(model, transform, data, queries, kernels) : Open(model, transform, data.Products, queries, kernels, template));
                if (opened[^1].Grades != opened[0].Grades) throw new InputException("teachers", $"{model} has {opened[^1].Grades} grades, {models[0]} has {opened[0].Grades}; expected the same; leave one out");
            }
            double[] weights = opened.Count == 1 || weighing == TeacherWeighing.Alike ? TeacherWeights.Alike(opened.Count) : TeacherWeights.Of(opened, data);
            if (opened.Count > 1) note(string.Create(CultureInfo.InvariantCulture, $"label: the mean of {string.Join(" and ", models.Zip(weights, (model, weight) => $"{model} ({weight:p0})"))}, {(weighing == TeacherWeighing.Alike ? "which count alike" : "as they foretell the dev judgments")}"));
            return (opened.Count == 1 ? opened[0] : new Ensemble(opened, weights), StampOf(opened, weights, transform));
        }
        catch
        {
            foreach (ITeacher teacher in opened) teacher.Dispose();
            throw;
        }
    }

    LabelStamp StampOf(IReadOnlyList<ITeacher> opened, double[] weights, ScoreTransform transform)
    {
        bool alike = weights.Distinct().Count() == 1;
        return new LabelStamp(
            Joined(Enumerable.Range(0, folders.Length).Select(i => Weights(folders[i], opened[i]) + (alike ? "" : string.Create(CultureInfo.InvariantCulture, $"*{weights[i]}")))), Joined(folders.Select(folder => HashOf(folder, weights: false))),
            Joined(opened.Select(teacher => teacher.Template)), transform, Joined(models.Select(model => model.Precision.ToString().ToLowerInvariant())), opened[0].Grades);

        string Weights(string folder, ITeacher teacher) => // people's judgments make the grades of a similarity
            teacher is SimilarityTeacher ? $"{HashOf(folder, weights: true)}+{(DatasetFiles.JudgmentFiles(workspace.Data) is [var only] ? LabelStore.HashOf(only) : LabelStore.HashOf(DatasetFiles.JudgmentFiles(workspace.Data)))}" : HashOf(folder, weights: true);
    }

    public ModelTeacher Open(ModelReference model, ScoreTransform transform, IReadOnlyList<Product> products, IReadOnlyDictionary<string, string> queries, IKernels kernels, string? template = null) =>
        new(workspace.ModelAt(model.Folder), model.Precision, transform, products, queries, kernels, template);

    SimilarityTeacher Similarity(ModelReference model, ScoreTransform transform, Dataset data, IReadOnlyDictionary<string, string> queries, IKernels kernels) =>
        transform == ScoreTransform.Raw ? throw new InputException("teachers", $"{model} finds texts alike, which judgments make into grades; --transform raw is for models of one logit: leave it out")
        : model.Precision == Precision.Float32 ? new($"{model}", workspace.ModelAt(model.Folder), transform, data, queries, kernels.Threads)
        : throw new InputException("teachers", $"{model}; an encoder of sentences is computed in float32; leave the precision out");

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
