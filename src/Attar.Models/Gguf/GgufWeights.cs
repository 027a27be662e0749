using Attar.Models.Files;
using Attar.Tensors;

namespace Attar.Models.Gguf;

/// <summary>A GGUF file's tensors as Hugging Face has them: under its names, rows of rotations where it has them, and Gemma's norms without the 1 that llama.cpp's converter adds.</summary>
/// <param name="headRows">Rows of a head in query and key matrices that are to be put in Hugging Face's order; 0: they are.</param>
/// <param name="gemma">Norms have 1 added, and layers norms behind their parts too.</param>
sealed class GgufWeights(GgufFile file, int headRows, bool gemma) : IWeightFile
{
    const int ChunkBytes = 1 << 20;

    public string Location => file.Location;

    public long Length => file.Length;

    public int Count => file.Names.Count;

    public bool Contains(string name) => GgufNames.Of(name, gemma) is { } own && file.Contains(own);

    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    GgufTensor Find(string name) => file[GgufNames.Of(name, gemma) ?? name];

    public Tensor Matrix(string name, StoredTensor wanted, WeightMemory use, bool narrow = false)
    {
        GgufTensor tensor = Find(name);
        if (!wanted.WholeShape.SequenceEqual(tensor.Shape))
            throw new CheckpointException($"{Location}: tensor {tensor.Name}: expected shape ({string.Join(", ", wanted.WholeShape)}), the file has {tensor}");
        bool turned = headRows > 0 && (name.Contains(".q_proj.") || name.Contains(".k_proj."));
        if (wanted.Shape is [var values]) return Vector(tensor, values, turned, name.EndsWith("norm.weight", StringComparison.Ordinal));
        (int rows, int columns) = (wanted.Shape[0], wanted.Shape[1]);
        NumberFormat format = narrow ? tensor.Format : NumberFormat.Float32;
        if (use != WeightMemory.Read && format == tensor.Format && !turned) return file.Map(tensor, rows, columns, use == WeightMemory.MappedToWrite);
        return Rows(tensor, Tensor.Zeros(rows, columns, format), turned ? headRows : 0);
    }

    /// <summary>Fills a matrix a head, or a stretch of rows, at a time.</summary>
    Tensor Rows(GgufTensor from, Tensor to, int headRows)
    {
        int stride = checked((int)Blocks.SizeOf(from.Format, to.Columns)), chunk = headRows > 0 ? headRows : Math.Clamp(ChunkBytes / stride, 1, to.Rows);
        byte[] buffer = new byte[checked(chunk * stride)];
        for (int first = 0; first < to.Rows; first += chunk)
        {
            int rows = Math.Min(chunk, to.Rows - first);
            file.Read(from, (long)first * stride, buffer.AsSpan(0, rows * stride));
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<byte> source = buffer.AsSpan((headRows > 0 ? RotaryRows.InFile(row, headRows) : row) * stride, stride);
                if (from.Format == to.Format) source.CopyTo(to.BytesOf(first + row));
                else Blocks.Widen(from.Format, source, to.Row(first + row));
            }
        }
        return to;
    }

    Tensor Vector(GgufTensor from, int values, bool turned, bool norm)
    {
        byte[] bytes = new byte[from.Bytes];
        file.Read(from, 0, bytes);
        float[] inFile = new float[values];
        Blocks.Widen(from.Format, bytes, inFile);
        Tensor to = Tensor.Zeros(1, values);
        for (int i = 0; i < values; i++) to.Span[i] = inFile[turned ? RotaryRows.InFile(i, headRows) : i] - (gemma && norm ? 1 : 0);
        return to;
    }

    public void Dispose() => file.Dispose();
}
