using System.Diagnostics;
using Attar.Distillation;
using Attar.Models.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>What streaming its targets costs a student, without the student.</summary>
/// <param name="Prepared">Seconds from the labels to targets that can be read in any order: checked, parsed, tokenised, written.</param>
/// <param name="Planned">Seconds to plan an epoch.</param>
/// <param name="Read">Seconds to read and encode all batches of an epoch.</param>
public sealed record TargetSpeed(long Pairs, long Tokens, int Batches, double Prepared, double Planned, double Read);

/// <summary>Reads the workspace's labels as <c>distill</c> does for one epoch.</summary>
public static class TargetBenchmark
{
    public static TargetSpeed Run(StageContext context)
    {
        Workspace workspace = context.Workspace;
        var stage = new DistillStage();
        long began = Stopwatch.GetTimestamp();
        string folder = Directory.CreateTempSubdirectory("attar-bench-").FullName;
        try
        {
            (TargetFile file, CatalogueText text, _) = stage.Prepare(new FieldPairText(ModelStore.LoadTokenizer(workspace.Tokenizer), stage.MaxTokens), Path.Combine(folder, "targets.bin"), context);
            using var opened = file;
            double prepared = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var data = new DistillationData(file, text, stage, new TrainingOptions().PartTokens, context.Seed);
            began = Stopwatch.GetTimestamp();
            int batches = data.BatchesOf(0);
            double planned = Stopwatch.GetElapsedTime(began).TotalSeconds;
            long pairs = 0, tokens = 0;
            began = Stopwatch.GetTimestamp();
            for (int batch = 0; batch < batches; batch++)
            {
                context.Cancel.ThrowIfCancellationRequested();
                foreach (TargetGroup group in data.Batch(0, batch))
                    foreach (int product in group.Products) (pairs, tokens) = (pairs + 1, tokens + text.Pair(group.Query, product).Length);
                context.Progress.Report("read", batch + 1, batches);
            }
            return new TargetSpeed(pairs, tokens, batches, prepared, planned, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
