using System.Runtime.InteropServices;

namespace Attar.Distillation;

/// <summary>Target lists on disk, in blocks that can be read in any order: training needs a few blocks in memory, however many there are.</summary>
sealed class TargetFile : IDisposable
{
    const int BlockPairs = 1 << 14; // a hundred kilobytes and more: enough for a disk to be quick
    readonly FileStream stream;
    readonly List<long> blocks = []; // where each begins

    /// <param name="path">Written anew.</param>
    /// <param name="tokensOf">Mean tokens of a list's pairs.</param>
    public TargetFile(string path, IEnumerable<TargetGroup> lists, Func<TargetGroup, double> tokensOf, int blockPairs = BlockPairs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        int pairs = blockPairs;
        foreach (TargetGroup list in lists)
        {
            if (pairs >= blockPairs)
            {
                blocks.Add(stream.Position);
                pairs = 0;
            }
            writer.Write(list.Query);
            writer.Write(tokensOf(list));
            writer.Write(list.Products.Length);
            writer.Write(MemoryMarshal.AsBytes<int>(list.Products));
            writer.Write(MemoryMarshal.AsBytes<float>(list.Targets));
            pairs += list.Products.Length;
        }
        writer.Flush();
    }

    public int Blocks => blocks.Count;

    /// <summary>The lists of some blocks, in their order, each with the mean tokens of its pairs.</summary>
    public IEnumerable<(TargetGroup List, double Tokens)> Read(IEnumerable<int> chosen)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        foreach (int block in chosen)
        {
            stream.Position = blocks[block];
            long end = block + 1 < blocks.Count ? blocks[block + 1] : stream.Length;
            while (stream.Position < end)
            {
                string query = reader.ReadString();
                double tokens = reader.ReadDouble();
                var products = new int[reader.ReadInt32()];
                var targets = new float[products.Length];
                stream.ReadExactly(MemoryMarshal.AsBytes(products.AsSpan()));
                stream.ReadExactly(MemoryMarshal.AsBytes(targets.AsSpan()));
                yield return (new TargetGroup(query, products, targets), tokens);
            }
        }
    }

    public void Dispose() => stream.Dispose();
}
