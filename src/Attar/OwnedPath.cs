namespace Attar;

/// <summary>
/// The one rule for a path that comes out of a file (a manifest, a recipe, an index, a record): it leads into the folder that owns it, through no link.
/// A path that a person types may lead anywhere.
/// </summary>
public static class OwnedPath
{
    /// <summary>The path of what a file names.</summary>
    /// <param name="folder">That owns it; an absolute path.</param>
    /// <param name="name">Relative to the folder, its parts separated by slashes.</param>
    /// <param name="where">The file that names it, and the place in it.</param>
    /// <exception cref="InputException">when the path would lead out of the folder, or through a link.</exception>
    public static string Of(string folder, string name, string where)
    {
        if (!IsOwned(name)) throw new InputException(where, $"'{Shown(name)}' leads out of {folder}; expected a name within it, and no part of it empty, '.' or '..'");
        string path = folder;
        foreach (string part in name.Split('/'))
        {
            path = Path.Combine(path, part);
            if (IsLink(path)) throw new InputException(where, $"'{Shown(name)}' leads through the link {path}; expected a file or folder of {folder} itself: remove the link");
        }
        return path;
    }

    /// <summary>Whether a name stays in the folder that it is relative to.</summary>
    public static bool IsOwned(string name) =>
        name.Length > 0 && !Path.IsPathRooted(name) && !name.Any(c => char.IsControl(c) || c is '\\' or ':') && name.Split('/').All(part => part is not ("" or "." or ".."));

    /// <summary>Whether a path lies in a folder, at any depth; links are not followed.</summary>
    public static bool IsInside(string path, string folder)
    {
        string root = Path.GetFullPath(folder), full = Path.GetFullPath(path);
        if (!Path.EndsInDirectorySeparator(root)) root += Path.DirectorySeparatorChar;
        return full.Length > root.Length && full.StartsWith(root, StringComparison.Ordinal);
    }

    /// <summary>Whether a link stands at a path, wherever it leads.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    static string Shown(string name) => new([.. name.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);
}
