namespace Attar.Workspaces;

/// <summary>Models that lie outside the workspace and are named by more than a path.</summary>
public interface INamedModels
{
    /// <summary>Where a model lies; it is fetched where it is not here yet.</summary>
    /// <param name="model">As it was typed.</param>
    /// <param name="own">Where the workspace would have it; what lies there wins over a short name.</param>
    /// <returns>Null where the text is a name of the workspace or a path.</returns>
    /// <exception cref="InputException">when the text is a reference that leads nowhere.</exception>
    string? Find(string model, string own);

    /// <summary>What a path that was found is remembered as, the same on every machine; null for any other path.</summary>
    string? NameOf(string path);

    /// <summary>The licence of what lies at a path that was found, empty where it is not told; null for any other path.</summary>
    string? LicenceOf(string path);
}
