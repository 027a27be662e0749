namespace Attar.Tests;

/// <summary>Real data that is not the repository's to keep: a folder that <c>ATTAR_DATA</c> names, else <c>shared/data</c> beside the repository.</summary>
static class SharedData
{
    const string Variable = "ATTAR_DATA";

    static readonly string folder = Environment.GetEnvironmentVariable(Variable) ?? Beside(AppContext.BaseDirectory);

    /// <summary>A file there; skips the test where it is absent.</summary>
    public static string Need(params string[] parts)
    {
        string path = Path.Combine([folder, .. parts]);
        Assert.SkipUnless(folder != "" && File.Exists(path), $"{Variable} names no folder of data with {string.Join('/', parts)}");
        return path;
    }

    static string Beside(string place)
    {
        for (DirectoryInfo? at = new(place); at != null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Attar.slnx"))) return Path.Combine(at.FullName, "..", "shared", "data");
        return "";
    }
}
