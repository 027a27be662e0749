namespace Attar.Tensors.Tests;

/// <summary>Models and fixtures that are too large for the repository: a folder that <c>ATTAR_MODELS</c> names, else <c>shared/models</c> beside the repository.</summary>
static class SharedModels
{
    const string Variable = "ATTAR_MODELS";

    public const string Missing = $"{Variable} names no folder of models with fixtures/gguf";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) ?? Beside(AppContext.BaseDirectory);

    static string Beside(string place)
    {
        for (DirectoryInfo? folder = new(place); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Attar.slnx"))) return Path.Combine(folder.FullName, "..", "shared", "models");
        return "";
    }
}
