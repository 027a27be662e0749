using System.Globalization;
using System.Text;
using Attar.Augmentation;
using Attar.Data;
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
public sealed record LabelStage(ScoreTransform Transform = ScoreTransform.Logit) : Stage
{
    const int Chunk = 2048; // pairs between two writes

    public override string Title => "label";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, workspace.Pairs, workspace.Teacher];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Labels];

    public override void Run(StageContext context)
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
        long done = WholeLines(part);
        using (var stream = new FileStream(part, FileMode.OpenOrCreate))
        {
            stream.Seek(0, SeekOrigin.End);
            if (done == 0) stream.Write(Encoding.UTF8.GetBytes($"query_id\tproduct_id\tscore\t{string.Join('\t', gains.Select((_, k) => $"p{k}"))}\n"));
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
            lines.Append(CultureInfo.InvariantCulture, $"{chunk[i].QueryId}\t{chunk[i].ProductId}\t{(float)score:R}");
            foreach (double p in distribution) lines.Append(CultureInfo.InvariantCulture, $"\t{p:0.0000}");
            lines.Append('\n');
        }
        return lines.ToString();
    }

    /// <summary>Lines that a stopped run wrote whole; what follows the last of them is cut off.</summary>
    static long WholeLines(string part)
    {
        if (!File.Exists(part)) return 0;
        using var stream = new FileStream(part, FileMode.Open);
        byte[] buffer = new byte[1 << 16];
        long lines = 0, end = 0, position = 0;
        for (int read; (read = stream.Read(buffer)) > 0; position += read)
            for (int i = 0; i < read; i++)
                if (buffer[i] == '\n') (lines, end) = (lines + 1, position + i + 1);
        stream.SetLength(end);
        return lines;
    }
}
