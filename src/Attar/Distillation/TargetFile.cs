namespace Attar.Distillation;

/// <summary>Target lists on disk, in blocks that can be read in any order: training needs a few blocks in memory, however many there are.</summary>
sealed class TargetFile : IDisposable
{
    const int BlockPairs = 1 << 14; // some hundred kilobytes: enough for a disk to be quick
    readonly FileStream stream;
    readonly List<long> blocks = []; // where each begins

    /// <param name="path">Written anew.</param>
    /// <param name="tokensOf">Mean tokens of a list's pairs.</param>
    public TargetFile(string path, IEnumerable<TargetList> lists, Func<TargetList, double> tokensOf, int blockPairs = BlockPairs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        int pairs = blockPairs;
        foreach (TargetList list in lists)
        {
            if (pairs >= blockPairs)
            {
                blocks.Add(stream.Position);
                pairs = 0;
            }
            writer.Write(list.Query);
            writer.Write(tokensOf(list));
            writer.Write(list.ProductIds.Length);
            foreach (string id in list.ProductIds) writer.Write(id);
            foreach (float target in list.Targets) writer.Write(target);
            pairs += list.ProductIds.Length;
        }
        writer.Flush();
    }

    public int Blocks => blocks.Count;

    /// <summary>The lists of some blocks, in their order, each with the mean tokens of its pairs.</summary>
    public IEnumerable<(TargetList List, double Tokens)> Read(IEnumerable<int> chosen)
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
                var ids = new string[reader.ReadInt32()];
                var targets = new float[ids.Length];
                for (int i = 0; i < ids.Length; i++) ids[i] = reader.ReadString();
                for (int i = 0; i < ids.Length; i++) targets[i] = reader.ReadSingle();
                yield return (new TargetList(query, ids, targets), tokens);
            }
        }
    }

    public void Dispose() => stream.Dispose();
}
