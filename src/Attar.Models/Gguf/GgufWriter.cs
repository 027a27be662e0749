using System.Runtime.InteropServices;
using System.Text;
using Attar.Models.Files;

namespace Attar.Models.Gguf;

/// <summary>Writes GGUF files of version 3 with tensors of float32.</summary>
static class GgufWriter
{
    const int Alignment = 32;

    /// <summary>Writes the file under a temporary name and renames it: a reader sees the old file or the new.</summary>
    /// <param name="metadata">Texts, and numbers in float32.</param>
    /// <param name="tensors">In the order in which the file is to have them.</param>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<NamedTensor> tensors) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((long)tensors.Count);
        writer.Write((long)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            Text(writer, key);
            writer.Write((uint)(value is string ? GgufType.String : GgufType.Float32));
            if (value is string text) Text(writer, text);
            else writer.Write((float)value);
        }
        long offset = 0;
        foreach (NamedTensor tensor in tensors)
        {
            Text(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (long length in tensor.Shape.Reverse()) writer.Write(length); // innermost first
            writer.Write(0u); // F32
            writer.Write(offset);
            offset += (4 * tensor.Count + Alignment - 1) / Alignment * Alignment;
        }
        foreach (NamedTensor tensor in tensors)
        {
            writer.Flush();
            while (stream.Position % Alignment != 0) stream.WriteByte(0);
            stream.Write(MemoryMarshal.AsBytes(tensor.Values()));
        }
    });

    static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }
}
