using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Attar.Models.Files;

/// <summary>Files that a .NET assembly carries as embedded resources. The assembly is read as a file: nothing of it is loaded or run.</summary>
/// <remarks>ECMA-335 II.24.2.4 and II.22.24: a resource is its length in four bytes, and then so many bytes, at an offset from the header's resources.</remarks>
public static class AssemblyResources
{
    /// <summary>Writes the resources whose names end as given, each under that ending.</summary>
    /// <param name="endings">File names, such as <c>model.onnx</c>.</param>
    /// <exception cref="CheckpointException">when the file is no assembly, or carries one of them not at all or twice.</exception>
    public static void Extract(string assembly, string folder, params IReadOnlyList<string> endings)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using FileStream file = File.OpenRead(assembly);
            using var image = new PEReader(file);
            if (!image.HasMetadata || image.PEHeaders.CorHeader is not { } header) throw new CheckpointException($"{assembly}: expected a .NET assembly; download it again");
            MetadataReader metadata = image.GetMetadataReader();
            ManifestResource[] resources = [.. metadata.ManifestResources.Select(metadata.GetManifestResource).Where(resource => resource.Implementation.IsNil)];
            foreach (string ending in endings)
            {
                ManifestResource[] found = [.. resources.Where(resource => metadata.GetString(resource.Name) is var name && (name == ending || name.EndsWith("." + ending, StringComparison.Ordinal)))];
                if (found.Length != 1) throw new CheckpointException($"{assembly}: expected one embedded resource {ending}, found {(found.Length == 0 ? "none among " + string.Join(", ", resources.Select(resource => metadata.GetString(resource.Name))) : $"{found.Length}")}");
                BlobReader reader = image.GetSectionData(checked(header.ResourcesDirectory.RelativeVirtualAddress + (int)found[0].Offset)).GetReader();
                int length = reader.ReadInt32();
                AtomicFile.Write(Path.Combine(folder, ending), stream => Copy(reader, length, stream));
            }
        }
        catch (Exception fault) when (fault is BadImageFormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new CheckpointException($"{assembly}: expected a .NET assembly with embedded resources: {fault.Message}; download it again");
        }
    }

    static void Copy(BlobReader reader, int length, Stream stream)
    {
        for (int part; length > 0; length -= part)
        {
            part = Math.Min(length, 1 << 20);
            stream.Write(reader.ReadBytes(part));
        }
    }
}
