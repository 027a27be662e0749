namespace Attar.Workspaces;

/// <summary>The folder a recipe fills; stages meet only in its files.</summary>
/// <param name="round">Of generating, labelling and distilling: each round has pairs and labels of its own.</param>
/// <param name="named">Models that are named by more than a path; null knows none.</param>
public sealed class Workspace(string root, int round = 1, INamedModels? named = null)
{
    public string Root { get; } = Path.GetFullPath(root);
    public string Data => Path.Combine(Root, "data");
    public string Tokenizer => Path.Combine(Root, "tokenizer");
    public string Teacher => Path.Combine(Root, "teacher");
    public string Pairs => Path.Combine(Root, InRound("pairs"));
    public string Answers => Path.Combine(Root, "answers");
    public string Labels => Path.Combine(Root, InRound("labels"));
    public string Student => Path.Combine(Root, "student");
    public string Runs => Path.Combine(Root, "runs");
    public string Report => Path.Combine(Root, "report");
    public string Metrics => Path.Combine(Report, "metrics.json");
    public string Record => Path.Combine(Root, "workspace.json");

    /// <summary>The same folder in another round, from 1: its pairs lie in <c>pairs-2/</c>, its labels in <c>labels-2/</c>.</summary>
    /// <exception cref="InputException"/>
    public Workspace Round(int number) => number >= 1 ? new(Root, number, named) : throw new InputException("round", $"{number}; expected 1 or more; correct the recipe");

    /// <summary>A name, with the round behind it from the second on.</summary>
    public string InRound(string name) => round == 1 ? name : $"{name}-{round}";

    /// <summary>The folder of a model by name: <c>teacher</c>, <c>student</c>, <c>student-human</c>.</summary>
    public string Model(string name) => Path.Combine(Root, name);

    /// <summary>The same folder where models elsewhere are known by name too.</summary>
    public Workspace With(INamedModels models) => new(Root, round, models);

    /// <summary>A model named in a recipe or on the command line: of the workspace where it has one of that name, else by reference, which may fetch it, else a path as it stands.</summary>
    /// <returns>A folder, or a file such as <c>model.gguf</c>; it may not exist.</returns>
    /// <exception cref="InputException">when a reference leads nowhere.</exception>
    public string Resolve(string model)
    {
        if (named?.Find(model, Model(model)) is { } found) return found;
        bool own = !Path.IsPathRooted(model) && Path.Exists(Model(model));
        return own || !(HasPath(model) || IsFile(model)) ? Model(model) : Path.GetFullPath(model);
    }

    /// <summary>A path as the workspace remembers it, the same on every machine where it can be: relative to its root, or by reference.</summary>
    internal string NameOf(string path)
    {
        if (named?.NameOf(path) is { } reference) return reference;
        string relative = Path.GetRelativePath(Root, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative).Replace('\\', '/');
    }

    /// <inheritdoc cref="INamedModels.LicenceOf"/>
    internal string? LicenceOf(string path) => named?.LicenceOf(path);

    static bool HasPath(string model) => Path.IsPathRooted(model) || model.Contains(Path.DirectorySeparatorChar) || model.Contains('/');

    static bool IsFile(string model) => Path.GetExtension(model).ToLowerInvariant() is ".onnx" or ".gguf";
}
