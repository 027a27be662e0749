namespace Attar.Models.Tests;

/// <summary>Models and fixtures that are too large for the repository: a folder that <c>ATTAR_MODELS</c> names, else <c>shared/models</c> beside the repository.</summary>
static class SharedModels
{
    const string Variable = "ATTAR_MODELS";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) ?? Beside(AppContext.BaseDirectory, "models");

    /// <summary>A folder or file there; skips the test where it is absent.</summary>
    public static string Need(params string[] parts)
    {
        string path = Path.Combine([Folder, .. parts]);
        Assert.SkipUnless(Folder != "" && (Directory.Exists(path) || File.Exists(path)), $"{Variable} names no folder of models with {string.Join('/', parts)}");
        return path;
    }

    /// <summary>A folder of shared files beside the repository; empty where there is none.</summary>
    public static string Beside(string place, string kind)
    {
        for (DirectoryInfo? folder = new(place); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Attar.slnx"))) return Path.Combine(folder.FullName, "..", "shared", kind);
        return "";
    }
}
