using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling.Endpoints;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Labeling;

/// <summary>The teacher scores every unlabelled pair. A stopped run goes on behind the last whole line; pairs that it labelled before, for other sets of pairs, are not scored again.</summary>
/// <param name="Transform">What the distribution over grades becomes.</param>
/// <param name="Teacher">A teacher that runs elsewhere; null stands for the workspace's own.</param>
public sealed record LabelStage(ScoreTransform Transform = ScoreTransform.Logit, TeacherEndpoint? Teacher = null) : Stage
{
    public override string Title => "label";

    public override IEnumerable<string> Inputs(Workspace workspace)
    {
        if (Teacher is null) return [workspace.Data, workspace.Pairs, workspace.Teacher];
        Teacher.Check(); // before the options are written to the workspace: what was meant for a variable may be a key
        return Teacher.ChatOrDefault.Guideline is { } guideline ? [workspace.Data, workspace.Pairs, guideline] : [workspace.Data, workspace.Pairs];
    }

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Labels];

    /// <summary>Labels that the workspace's own teacher gave before are not asked for again; of an endpoint the answers are kept instead.</summary>
    public override bool KeepsOutputs => Teacher is null;

    public override void Run(StageContext context)
    {
        if (Teacher is null) RunOwn(context);
        else EndpointLabeling.Run(Teacher, Transform, context);
    }

    void RunOwn(StageContext context)
    {
        Workspace workspace = context.Workspace;
        Dataset dataset = DatasetFiles.Read(workspace.Data);
        Dictionary<string, string> queries = dataset.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        IEnumerable<CandidatePair> pairs = PairStore.Read(workspace.Pairs, out long count);
        using PairModel model = ModelStore.Load(workspace.Teacher);
        double[] gains = model.Gains ?? throw new InputException(workspace.Teacher, "config.json has no gains of the grades; run 'attar teach' again");
        using var kernels = new CpuKernels(context.Threads);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        PairText pairText = ModelText.Of(model, Tokenizer.Load(workspace.Teacher));
        var text = new CatalogueText(pairText, dataset.Products);
        var prints = new TextPrints(queries, dataset.Products);

        var stamp = new LabelStamp(HashOf(workspace.Teacher, weights: true), HashOf(workspace.Teacher, weights: false), pairText.Template, Transform, "float32", gains.Length);
        LabelWriter writer = LabelWriter.GoOn(workspace.Labels, new LabelManifest(stamp, Source(workspace), context.Clock.GetUtcNow(), LabelWriter.ShardPairs, []), context.Progress.Note);
        Labeler.Run(writer, pairs, count, prints.Of, Ask, context);
        writer.Finish();

        IEnumerable<string> Ask(CandidatePair[] chunk)
        {
            float[] logits = new float[chunk.Length * gains.Length];
            double[] distribution = new double[gains.Length];
            scorer.Logits([.. chunk.Select(pair => text.Pair(queries[pair.QueryId], pair.ProductId))], logits);
            for (int i = 0; i < chunk.Length; i++)
            {
                double score = GradeHead.Score(Transform, GradeHead.ExpectedGain(logits.AsSpan(i * gains.Length, gains.Length), gains, distribution));
                if (!double.IsFinite(score)) throw new StageFailedException($"label: the teacher's score of query {chunk[i].QueryId} and product {chunk[i].ProductId} is {score}; train the teacher again");
                yield return LabelStore.Line(chunk[i], score, distribution, prints.Of(chunk[i]));
            }
        }
    }

    /// <summary>The hash of all that is labelled: the pairs, and the texts of their queries and products.</summary>
    internal static string Source(Workspace workspace) => LabelStore.HashOf(
    [
        Path.Combine(workspace.Pairs, PairStore.Pairs), Path.Combine(workspace.Pairs, PairStore.Queries),
        Path.Combine(workspace.Data, DatasetFiles.Products), Path.Combine(workspace.Data, DatasetFiles.Queries),
    ]);

    /// <summary>The hash of a model folder's weights with their configuration, or of the other files that the tokenizer is made of.</summary>
    static string HashOf(string folder, bool weights) => LabelStore.HashOf(Directory.GetFiles(folder)
        .Where(file => Path.GetExtension(file) is ".json" or ".txt" or ".model" or ".safetensors")
        .Where(file => weights == (Path.GetFileName(file) == "config.json" || Path.GetExtension(file) == ".safetensors"))
        .Order(StringComparer.Ordinal));
}
