using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Attar.Augmentation;
using Attar.Data;
using Attar.Distillation.Mitigation;
using Attar.Evaluation;
using Attar.Labeling;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Heads;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Distillation;

/// <summary>What a student learns from.</summary>
public enum TargetSource
{
    /// <summary>The teacher's labels of the generated pairs.</summary>
    Labels,

    /// <summary>The raters' judgments of the train split alone, for comparison.</summary>
    Judgments,
}

/// <summary>Trains a student on groups of products of one query.</summary>
/// <param name="Student">Folder of the workspace to write.</param>
/// <param name="From">A folder of the workspace or elsewhere to start from; null starts from random weights. A reranker goes on with its head, others get a fresh one.</param>
/// <param name="Shape">Of a student made from scratch; with <paramref name="From"/> the folder says it.</param>
/// <param name="SplitLayers">Makes so many lower layers read query and product apart, for serving with products read beforehand; null: as the model to start from does.</param>
/// <param name="Pairs">About so many labels to learn from, those of whole queries; of two numbers, the larger one's labels hold the smaller one's. Null: all, as of judgments always.</param>
/// <param name="Seed">Null: the recipe's.</param>
/// <param name="Group">Products of one query that are compared with each other; more margins for the same work.</param>
/// <param name="Anchor">Weight of the pointwise term beside the margins, see <see cref="Losses.MarginMse"/>; losses of single products have none.</param>
/// <param name="Mitigation">What is done to the labels against the teacher's bias, which <c>audit teacher</c> shows; null takes them as they are.</param>
/// <param name="HardTargets">Learns from the grade nearest to each label, not from the label.</param>
/// <param name="HumanWeight">People's judgments join the labels; where both spoke of a pair, the judgment weighs so much, from 0 to 1, and the label the rest. Null: labels alone.</param>
/// <param name="Temperature">Of the losses over a group's distribution, see <see cref="Losses.ListwiseKl"/> and <see cref="Losses.InfoNce"/>.</param>
/// <param name="Round">Whose labels.</param>
/// <param name="Transform">What the student's own scores become, whatever those of the labels are; null: the same. Losses that want gains learn from gains and score in logits anyway.</param>
/// <param name="TeacherTemperature">Of the teacher's distribution in <see cref="Losses.ListwiseKl"/>, below <paramref name="Temperature"/> surer of its best products than it is; null: the same.</param>
/// <param name="Start">What becomes of the model of <paramref name="From"/> before it is trained: marks, fewer layers, longer pairs; null: graded marks where it was not made here.</param>
public sealed record DistillStage(
    string Student = "student",
    TargetSource Learn = TargetSource.Labels,
    string? From = null,
    StudentShape? Shape = null,
    int? SplitLayers = null,
    Loss Loss = Loss.MarginMse,
    int Group = 8,
    float Anchor = .1f,
    int MaxTokens = 64,
    TrainingOptions? Training = null,
    long? Pairs = null,
    ulong? Seed = null,
    MitigationOptions? Mitigation = null,
    float Temperature = 1,
    bool HardTargets = false,
    float? HumanWeight = null,
    int Round = 1,
    ScoreTransform? Transform = null,
    ModelStart? Start = null,
    float? TeacherTemperature = null) : Stage
{
    public override string Title => $"distill {Student}";

    public override IEnumerable<string> Inputs(Workspace workspace)
    {
        yield return workspace.Data;
        yield return workspace.Tokenizer;
        if (Learn == TargetSource.Labels)
        {
            yield return workspace.Round(Round).Pairs;
            yield return workspace.Round(Round).Labels;
            foreach (string input in Mitigation?.Inputs(workspace) ?? []) yield return input;
        }
        if (From != null) yield return workspace.Resolve(From);
    }

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Model(Student)];

    public override Stage Resolved(Workspace workspace) => this with { Training = Given(workspace) };

    TrainingOptions Given(Workspace workspace) => TrainingPresets.Of(Training, From, workspace, Learn == TargetSource.Labels ? TrainingOptions.OfLabels : TrainingOptions.FineTuning);

    public override bool IsRanked => true;

    /// <summary>The name of a given option that says something about labels; null: none is given.</summary>
    string? OfLabels =>
        Pairs is not null ? "pairs" : HardTargets ? "hardTargets" : HumanWeight is not null ? "humanWeight" : Mitigation is not null ? "mitigation" : null;

    public override IEnumerable<Fault> Faults()
    {
        if (Pairs < 1) yield return new("pairs", $"expected 1 label or more, found {Pairs}");
        if (Group < 2) yield return new("group", $"expected 2 or more products, found {Group}");
        if (!(Temperature > 0)) yield return new("temperature", $"expected a number above 0, found {Temperature}");
        if (TeacherTemperature is { } sure && (!(sure > 0) || Loss != Loss.ListwiseKl)) yield return new("teacherTemperature", Loss == Loss.ListwiseKl ? $"expected a number above 0, found {sure}" : "expected the loss listwise-kl, which alone reads the teacher as a distribution; leave it out");
        if (HumanWeight is not (null or >= 0 and <= 1)) yield return new("humanWeight", $"expected a number from 0 to 1, found {HumanWeight}");
        if (From is null && Start is not null) yield return new("start", "expected a model to start from, found none; give its name as from, or shape and maxTokens for a new one");
        if (Learn != TargetSource.Labels && OfLabels is { } option) yield return new(option, "expected a student that learns from labels; judgments are people's own, and read whole: leave it out");
    }

    public override void Run(StageContext context)
    {
        context = context with { Workspace = context.Workspace.Round(Round), Seed = Seed ?? context.Seed };
        Check();
        string folder = context.Workspace.Model(Student);
        Tokenizer tokenizer = ModelStore.LoadTokenizer(From != null ? context.Workspace.ModelAt(From) : context.Workspace.Tokenizer); // weights and tokens belong together
        TrainingOptions training = Given(context.Workspace);
        using PairModel model = From != null
            ? ModelStore.LoadForScore(context.Workspace.Resolve(From), context.Seed, Start ?? new())
            : Fresh(tokenizer.VocabularySize, context.Seed);
        if (From != null) WeightOrigin.Remember(model, context.Workspace, From);
        if (SplitLayers is { } split) SplitAt(model, split);
        using var kernels = new CpuKernels(context.Threads) { Products = training.Products };
        using var scorer = new PairScorer(model, kernels);
        PairText pairText = ModelText.Of(model, tokenizer);
        var hiding = new WordHiding(training.HiddenWords, pairText, tokenizer);
        (TargetFile file, CatalogueText text, IReadOnlyList<JudgedQuery> judged) = Prepare(pairText, context.Writes ? Path.Combine(folder, "checkpoints", "targets.bin") : Path.Combine(Path.GetTempPath(), $"attar-targets-{Environment.ProcessId}.bin"), context, dataset =>
        {
            if (From != null) WeightsFit.Tell(From, model, tokenizer, pairText, dataset, context.Progress);
        });
        using var opened = file;
        var data = new DistillationData(file, text, this, training.PartTokens, context.Seed, hiding);
        var dev = new DevRanking(judged, text, scorer, context.Ranks);
        TrainingLoop.Run(Title, model, data, training, folder, kernels, context, dev.Any ? dev.Ndcg : null);
        if (!context.Writes) return;
        dev.RefuseCollapse(Student);
        ModelStore.Save(model, folder);
        tokenizer.Save(folder);
        TrainingState.RemoveCheckpoint(folder);
    }

    Encoder Fresh(int vocabulary, ulong seed)
    {
        var model = new Encoder((Shape ?? new StudentShape()).Config(vocabulary, MaxTokens));
        model.Parameters.Initialize(seed);
        return model;
    }

    static void SplitAt(PairModel model, int lowerLayers)
    {
        if (model is not Encoder encoder) throw new InputException("splitLayers", $"{lowerLayers}; only students of BERT's kind can be split; leave it out");
        if (lowerLayers < 0 || lowerLayers >= encoder.Config.Layers) throw new InputException("splitLayers", $"{lowerLayers}; expected 0 to {encoder.Config.Layers - 1}, so that of the {encoder.Config.Layers} layers one is left where query and product meet");
        encoder.SplitAt(lowerLayers);
    }

    /// <summary>What training reads: targets on disk, the catalogue as tokens, the dev queries.</summary>
    /// <param name="path">Where the targets lie while they are needed.</param>
    /// <param name="look">Sees the data set before it is made smaller.</param>
    internal (TargetFile File, CatalogueText Text, IReadOnlyList<JudgedQuery> Dev) Prepare(PairText pairText, string path, StageContext context, Action<Dataset>? look = null)
    {
        var prepared = Read(pairText, path, context, look);
        GC.Collect(); // most of what was read is texts that nobody needs any more, and the collector would wait until as much again has come
        return prepared;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // so that nothing here holds the texts when it returns
    (TargetFile, CatalogueText, IReadOnlyList<JudgedQuery>) Read(PairText pairText, string path, StageContext context, Action<Dataset>? look)
    {
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        look?.Invoke(dataset);
        var text = new CatalogueText(pairText, dataset.Products);
        IEnumerable<TargetList> lists = Learn == TargetSource.Labels ? FromLabels(dataset, context) : FromJudgments(dataset, TargetScale.Of(Loss, Transform ?? ScoreTransform.Logit));
        var file = new TargetFile(
            path,
            lists.Select(list => new TargetGroup(list.Query, [.. list.ProductIds.Select(id => text.PlaceOf(id) ?? throw UnknownProduct(context.Workspace, id))], list.Targets)),
            list => list.Products.Average(product => text.Length(list.Query, product)));
        return (file, text, DevRanking.Judged(dataset));
    }

    internal IEnumerable<TargetList> FromLabels(Dataset dataset, StageContext context)
    {
        LabelManifest manifest = LabelManifest.Read(context.Workspace.Labels);
        TargetScale scale = TargetScale.Of(Loss, Transform ?? manifest.Stamp.Transform);
        IEnumerable<TargetList> lists = FromLabels(dataset, manifest, scale, context);
        return HumanWeight is { } weight ? HumanMix.Of(lists, FromJudgments(dataset, scale), weight) : lists;
    }

    IEnumerable<TargetList> FromLabels(Dataset dataset, LabelManifest manifest, TargetScale scale, StageContext context)
    {
        Workspace workspace = context.Workspace;
        ScoreTransform transform = manifest.Stamp.Transform;
        NearestGrade? hard = HardTargets ? new NearestGrade(dataset.Scale, scale) : null;
        if (Pairs > manifest.Count) throw new InputException(workspace.Labels, $"has {manifest.Count:n0} labels, {Pairs:n0} were asked for; generate and label more, or ask for fewer");
        Dictionary<string, string> queries = dataset.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        IReadOnlyList<ILabelStep> steps = Mitigation?.Steps(dataset, transform, context) ?? [];
        Dictionary<string, Product> products = steps.Count == 0 ? [] : dataset.Products.ToDictionary(product => product.Id);
        foreach (List<Label> given in LabelStore.ByQuery(LabelStore.Read(workspace.Labels)))
        {
            if (Pairs is { } wanted && !IsAmong((double)wanted / manifest.Count!.Value, given[0].QueryId)) continue;
            if (!queries.TryGetValue(given[0].QueryId, out string? query)) throw new InputException(workspace.Labels, $"labels of the query '{given[0].QueryId}', which neither data/ nor pairs/ has; run 'attar label' again");
            if (steps.Count > 0 && given.Find(label => !products.ContainsKey(label.ProductId)) is { } unknown) throw UnknownProduct(workspace, unknown.ProductId);
            var asked = new Query(given[0].QueryId, query);
            List<Label> labels = steps.Count == 0 ? given : [.. given.Select(label => steps.Aggregate((Label?)label, (kept, step) => kept is null ? null : step.Of(asked, products[kept.ProductId], kept))).OfType<Label>()];
            if (labels.Count == 0) continue;
            yield return new TargetList(
                query,
                [.. labels.Select(label => label.ProductId)],
                [.. labels.Select(label => hard?.Of(TargetScale.Gain(label.Score, transform)) ?? scale.Target(label.Score, transform))]);
        }
    }

    static InputException UnknownProduct(Workspace workspace, string id) => new(workspace.Labels, $"a label of the product '{id}', which data/ does not have; run 'attar label' again");

    /// <summary>Whether a query is in a sample of so large a share; a larger share's sample holds the smaller one's.</summary>
    static bool IsAmong(double share, string queryId) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(queryId))) < share * ulong.MaxValue;

    static List<TargetList> FromJudgments(Dataset dataset, TargetScale scale)
    {
        Dictionary<string, string> queries = dataset.Queries.ToDictionary(query => query.Id, query => query.Text);
        return [.. dataset.Judgments
            .Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Train)
            .GroupBy(judgment => judgment.QueryId)
            .Select(group => new TargetList(
                queries[group.Key],
                [.. group.Select(judgment => judgment.ProductId)],
                [.. group.Select(judgment => scale.Target(dataset.Scale.Gain(judgment.Rating)))]))];
    }
}
