namespace Attar.Workspaces;

/// <summary>The files below a folder.</summary>
static class FolderFiles
{
    /// <summary>Paths relative to the folder with slashes, in the order of their characters. Links to files and folders are followed, but one that leads to a folder it lies in.</summary>
    /// <exception cref="InputException">A link leads round in a circle.</exception>
    public static IReadOnlyList<string> Of(string folder)
    {
        var files = new List<string>();
        if (Directory.Exists(folder)) Add(folder, "", [Real(folder)], files);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    static void Add(string folder, string prefix, List<string> above, List<string> files)
    {
        foreach (string file in Directory.EnumerateFiles(folder)) files.Add(prefix + Path.GetFileName(file));
        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            string real = OwnedPath.IsLink(inner) ? Real(inner) : Path.Combine(above[^1], Path.GetFileName(inner));
            if (above.Any(one => one == real || OwnedPath.IsInside(one, real))) throw new InputException(inner, "is a link to a folder that it lies in; remove the link");
            above.Add(real);
            Add(inner, prefix + Path.GetFileName(inner) + "/", above, files);
            above.RemoveAt(above.Count - 1);
        }
    }

    static string Real(string folder) => Path.GetFullPath(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder);
}
