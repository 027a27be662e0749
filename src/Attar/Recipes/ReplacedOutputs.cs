using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>
/// A stage that must run anew finds no output of its former run. The old outputs wait aside until the new run ends:
/// when it only finds that it was given bad input, they come back.
/// </summary>
sealed class ReplacedOutputs
{
    readonly string aside;
    readonly string[] outputs;

    /// <param name="made">Whether a path is this stage's own, as far as the workspace remembers; anything else is never touched.</param>
    /// <exception cref="InputException">Something lies where the stage writes that the workspace did not make.</exception>
    public ReplacedOutputs(Stage stage, Workspace workspace, Func<string, bool> made)
    {
        aside = AsideIn(workspace);
        outputs = [.. stage.Outputs(workspace).Where(path => IsInside(path, workspace.Root))];
        if (outputs.FirstOrDefault(path => HasContent(path) && !made(path)) is { } foreign)
            throw new InputException(foreign, $"exists, but this workspace does not remember that '{stage.Title}' wrote it; move it away or choose another workspace");
        Delete(aside);
        for (int i = 0; i < outputs.Length; i++) Move(outputs[i], Place(i));
    }

    /// <summary>After a run that ended well, whether it began anew or resumed.</summary>
    public static void Discard(Workspace workspace) => Delete(AsideIn(workspace));

    /// <summary>After a run that did not get beyond its input.</summary>
    public void Restore()
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Delete(outputs[i]);
            Move(Place(i), outputs[i]);
        }
        Delete(aside);
    }

    /// <summary>Whether <paramref name="path"/> lies in <paramref name="folder"/>, at any depth.</summary>
    public static bool IsInside(string path, string folder) =>
        Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    static string AsideIn(Workspace workspace) => Path.Combine(workspace.Root, ".replaced");

    string Place(int output) => Path.Combine(aside, $"{output}");

    static bool HasContent(string path) => File.Exists(path) || Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any();

    static void Move(string from, string to)
    {
        if (!File.Exists(from) && !Directory.Exists(from)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (File.Exists(from)) File.Move(from, to);
        else Directory.Move(from, to);
    }

    static void Delete(string path)
    {
        if (File.Exists(path)) File.Delete(path);
        else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }
}
