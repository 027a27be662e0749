using Attar.Augmentation;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>Fills a label store in the order of the pairs. Memory holds the pairs of one shard, however many there are.</summary>
static class Labeler
{
    const int Chunk = 2048; // pairs between two writes

    /// <param name="count">Of the pairs, for the progress.</param>
    /// <param name="textOf">The fingerprint of what the teacher reads.</param>
    /// <param name="ask">The teacher: the lines of some pairs, in their order.</param>
    public static void Run(LabelWriter writer, IEnumerable<CandidatePair> pairs, long count, Func<CandidatePair, string> textOf, Func<CandidatePair[], IEnumerable<string>> ask, StageContext context)
    {
        using KnownLabels known = writer.Known();
        long done = 0, copied = 0;
        foreach (var (index, slice) in pairs.Chunk(writer.Manifest.ShardPairs).Index())
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (!writer.Has(index)) Fill(index, slice, done);
            done += slice.Length;
        }
        if (copied > 0) context.Progress.Note($"label: {copied:N0} of {done:N0} pairs were labelled before");

        void Fill(int index, CandidatePair[] slice, long before)
        {
            using LabelShardWriter shard = writer.Open(index, slice.Length, (line, i) => LabelStore.IsLabelOf(line, slice[i], textOf(slice[i]), writer.Manifest.Stamp));
            while (shard.Count < slice.Length)
            {
                context.Cancel.ThrowIfCancellationRequested();
                CandidatePair[] chunk = slice[shard.Count..Math.Min(slice.Length, shard.Count + Chunk)];
                string?[] lines = known.Any ? [.. chunk.Select(pair => known.Find(pair, textOf(pair)))] : new string?[chunk.Length];
                int[] open = [.. Enumerable.Range(0, chunk.Length).Where(i => lines[i] is null)];
                foreach (var (i, line) in open.Zip(open.Length == 0 ? [] : ask(open.Length == chunk.Length ? chunk : [.. open.Select(i => chunk[i])]))) lines[i] = line;
                shard.Append(lines!);
                copied += chunk.Length - open.Length;
                context.Progress.Report("label", before + shard.Count, count);
            }
            shard.Seal();
        }
    }
}
