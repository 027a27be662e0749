namespace Attar.Models.Tests;

/// <summary>Data that is too large for the repository: a folder that <c>ATTAR_DATA</c> names, else <c>shared/data</c> beside the repository.</summary>
static class SharedData
{
    const string Variable = "ATTAR_DATA";

    static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) ?? SharedModels.Beside(AppContext.BaseDirectory, "data");

    /// <summary>A folder or file there; skips the test where it is absent.</summary>
    public static string Need(params string[] parts)
    {
        string path = Path.Combine([Folder, .. parts]);
        Assert.SkipUnless(Folder != "" && (Directory.Exists(path) || File.Exists(path)), $"{Variable} names no folder of data with {string.Join('/', parts)}");
        return path;
    }
}
