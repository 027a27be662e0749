using System.Diagnostics;
using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling;
using Attar.Labeling.Teachers;
using Attar.Models.Checkpoints;
using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>Pairs a second, medians over rounds.</summary>
/// <param name="Forward">Of the engine alone, given the tokens of all pairs.</param>
/// <param name="Labelled">From the texts to the finished store: tokenising every product anew, scoring, writing.</param>
/// <param name="Tokens">Of a pair.</param>
/// <param name="Computed">Of these, what pairs that start alike leave to compute.</param>
public sealed record LabelSpeed(int Pairs, double Forward, double Labelled, double Tokens, double Computed)
{
    public double Share => Labelled / Forward;
}

/// <summary>How fast a teacher labels, beside how fast the engine could.</summary>
public static class LabelBenchmark
{
    const int WarmUp = 2000; // pairs

    /// <param name="teacher">A name such as <c>teacher</c> or <c>teacher@int8</c>.</param>
    /// <param name="most">Of the workspace's pairs, from the first on.</param>
    /// <param name="template">How pairs are written; null: as the model says.</param>
    public static LabelSpeed Run(string teacher, int most, int rounds, string? template, StageContext context)
    {
        Workspace workspace = context.Workspace;
        Dataset dataset = DatasetFiles.Read(workspace.Data);
        Dictionary<string, string> queries = dataset.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        CandidatePair[] pairs = [.. PairStore.Read(workspace.Pairs).Take(most)];
        using var kernels = new CpuKernels(context.Threads);
        var named = new TeacherNames([teacher], workspace);
        double[] forward = new double[rounds], labelled = new double[rounds];
        (long Read, long Computed) tokensOfAll = default;
        Round(pairs[..Math.Min(pairs.Length, WarmUp)]);
        for (int round = 0; round < rounds; round++) (labelled[round], forward[round]) = Round(pairs);
        return new LabelSpeed(pairs.Length, Median(forward), Median(labelled), (double)tokensOfAll.Read / pairs.Length, (double)tokensOfAll.Computed / pairs.Length);

        (double Labelled, double Forward) Round(CandidatePair[] about)
        {
            using ModelTeacher own = named.Open(ModelReference.Parse(teacher), ScoreTransform.Logit, dataset.Products, queries, kernels, template);
            string folder = Directory.CreateTempSubdirectory("attar-bench-").FullName;
            try
            {
                long began = Stopwatch.GetTimestamp();
                var stamp = new LabelStamp("", "", own.Template, ScoreTransform.Logit, "", own.Grades);
                LabelWriter writer = LabelWriter.Begin(folder, new LabelManifest(stamp, "", context.Clock.GetUtcNow(), LabelWriter.ShardPairs, []));
                var prints = new TextPrints(queries, dataset.Products);
                Labeler.Run(writer, about, about.Length, prints.Of, new TeacherLines(own, stamp, prints, about.Length).Of, context);
                writer.Finish();
                double whole = about.Length / Stopwatch.GetElapsedTime(began).TotalSeconds;

                TokenPair[] tokens = own.Tokens(about);
                var logits = new float[about.Length * own.Grades];
                began = Stopwatch.GetTimestamp();
                own.Scorer.Logits(tokens, logits);
                double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                tokensOfAll = own.Scorer.LastTokens;
                return (whole, about.Length / seconds);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
