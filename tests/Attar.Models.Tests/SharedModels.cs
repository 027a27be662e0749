namespace Attar.Models.Tests;

/// <summary>Models and fixtures that are too large for the repository: a folder that <c>ATTAR_MODELS</c> names, else <c>shared/models</c> beside the repository.</summary>
static class SharedModels
{
    const string Variable = "ATTAR_MODELS";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) ?? Beside(AppContext.BaseDirectory);

    /// <summary>A folder or file there; skips the test where it is absent.</summary>
    public static string Need(params string[] parts)
    {
        string path = Path.Combine([Folder, .. parts]);
        Assert.SkipUnless(Folder != "" && (Directory.Exists(path) || File.Exists(path)), $"{Variable} names no folder of models with {string.Join('/', parts)}");
        return path;
    }

    static string Beside(string place)
    {
        for (DirectoryInfo? folder = new(place); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Attar.slnx"))) return Path.Combine(folder.FullName, "..", "shared", "models");
        return "";
    }
}
