using System.Text;
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

/// <summary>The teacher scores every unlabelled pair. A stopped run goes on behind the last whole line.</summary>
/// <param name="Transform">What the distribution over grades becomes.</param>
/// <param name="Teacher">A teacher that runs elsewhere; null stands for the workspace's own.</param>
public sealed record LabelStage(ScoreTransform Transform = ScoreTransform.Logit, TeacherEndpoint? Teacher = null) : Stage
{
    const int Chunk = 2048; // pairs between two writes

    public override string Title => "label";

    public override IEnumerable<string> Inputs(Workspace workspace)
    {
        if (Teacher is null) return [workspace.Data, workspace.Pairs, workspace.Teacher];
        Teacher.Check(); // before the options are written to the workspace: what was meant for a variable may be a key
        return Teacher.ChatOrDefault.Guideline is { } guideline ? [workspace.Data, workspace.Pairs, guideline] : [workspace.Data, workspace.Pairs];
    }

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Labels];

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
        CandidatePair[] pairs = [.. PairStore.Read(workspace.Pairs)];
        using PairModel model = ModelStore.Load(workspace.Teacher);
        double[] gains = model.Gains ?? throw new InputException(workspace.Teacher, "config.json has no gains of the grades; run 'attar teach' again");
        using var kernels = new CpuKernels(context.Threads);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        PairText pairText = ModelText.Of(model, Tokenizer.Load(workspace.Teacher));
        var text = new CatalogueText(pairText, dataset.Products);

        string path = Path.Combine(workspace.Labels, LabelStore.Labels), part = path + ".part";
        Directory.CreateDirectory(workspace.Labels);
        long done = WholeLines.Keep(part);
        using (var stream = new FileStream(part, FileMode.OpenOrCreate))
        {
            stream.Seek(0, SeekOrigin.End);
            if (done == 0) stream.Write(Encoding.UTF8.GetBytes(LabelStore.Header(gains.Length) + "\n"));
            for (long start = Math.Max(0, done - 1); start < pairs.Length; start += Chunk)
            {
                context.Cancel.ThrowIfCancellationRequested();
                CandidatePair[] chunk = pairs[(int)start..(int)Math.Min(pairs.Length, start + Chunk)];
                float[] logits = new float[chunk.Length * model.Labels];
                scorer.Logits([.. chunk.Select(pair => text.Pair(queries[pair.QueryId], pair.ProductId))], logits);
                stream.Write(Encoding.UTF8.GetBytes(Lines(chunk, logits, gains)));
                stream.Flush();
                context.Progress.Report("label", start + chunk.Length, pairs.Length);
            }
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
        LabelStore.WriteManifest(workspace.Labels, new LabelManifest(
            LabelStore.HashOf(Path.Combine(workspace.Teacher, "model.safetensors")), pairText.Template, Transform, gains.Length, pairs.Length, LabelStore.HashOf(path)));
    }

    string Lines(CandidatePair[] chunk, float[] logits, double[] gains)
    {
        var lines = new StringBuilder();
        double[] distribution = new double[gains.Length];
        for (int i = 0; i < chunk.Length; i++)
        {
            double score = GradeHead.Score(Transform, GradeHead.ExpectedGain(logits.AsSpan(i * gains.Length, gains.Length), gains, distribution));
            if (!double.IsFinite(score)) throw new StageFailedException($"label: the teacher's score of query {chunk[i].QueryId} and product {chunk[i].ProductId} is {score}; train the teacher again");
            lines.Append(LabelStore.Line(chunk[i], score, distribution)).Append('\n');
        }
        return lines.ToString();
    }
}
