namespace Attar.Workspaces;

/// <summary>Where a stage writes while it runs: a folder of its own below <c>.making/</c>, which mirrors the workspace. What it wrote before stays in place until the new is whole.</summary>
/// <param name="root">Of the workspace.</param>
/// <param name="staging">The stage's folder.</param>
/// <param name="outputs">Absolute paths of the files and folders that the stage writes.</param>
sealed class StagedFolders(string root, string staging, IReadOnlyList<string> outputs)
{
    /// <summary>Where a stage's outputs are made.</summary>
    public static string Making(string root, string stage) => Path.Combine(root, ".making", stage);

    /// <summary>Where what is replaced lies between two renames.</summary>
    public static string Replaced(string root, string name) => Path.Combine(root, ".replaced", name);

    /// <summary>A path of the workspace as the stage is to use it; whatever holds an output counts as one.</summary>
    public string PathOf(string path) =>
        outputs.Any(output => output == path || OwnedPath.IsInside(path, output) || OwnedPath.IsInside(output, path)) ? Path.Combine(staging, Path.GetRelativePath(root, path)) : path;

    /// <summary>Where in the workspace a path of the stage's folder will be.</summary>
    public string PlaceOf(string path) => OwnedPath.IsInside(path, staging) ? Path.Combine(root, Path.GetRelativePath(staging, path)) : path;
}
