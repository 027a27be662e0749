using Attar.Models.Files;
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>The models that stages and commands are given by name.</summary>
public static class ModelChoice
{
    /// <summary>Where a model lies that must be there.</summary>
    /// <returns>A folder, or a <c>.gguf</c> file.</returns>
    /// <exception cref="InputException">when there is none of that name; says which there could be.</exception>
    public static string ModelAt(this Workspace workspace, string name)
    {
        string path = workspace.Resolve(name);
        if (ModelPath.IsModel(path)) return path;
        string here = ModelPath.IsModel(name) && Path.GetFullPath(name) != path ? $"; to take the folder of this name here, write {Path.Combine(".", name)}" : $"; {Instead}";
        throw new InputException(path, $"no model named '{name}' in the workspace{here}");
    }

    /// <summary>What somebody can do who named a model that is not there.</summary>
    public static string Instead => $"train it first, or name another: {string.Join(", ", KnownWeights.All.Select(known => known.Name))}, {WeightReference.Forms}";
}
