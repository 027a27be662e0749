namespace Attar.Workspaces;

/// <summary>The folder a recipe fills; stages meet only in its files.</summary>
public sealed class Workspace
{
    readonly int round;
    readonly INamedModels? named;
    readonly StagedFolders? staged;

    /// <param name="round">Of generating, labelling and distilling: each round has pairs and labels of its own.</param>
    /// <param name="named">Models that are named by more than a path; null knows none.</param>
    public Workspace(string root, int round = 1, INamedModels? named = null) : this(root, round, named, null)
    {
    }

    Workspace(string root, int round, INamedModels? named, StagedFolders? staged) =>
        (Root, this.round, this.named, this.staged) = (Path.GetFullPath(root), round, named, staged);

    public string Root { get; }
    public string Data => In("data");
    public string Tokenizer => In("tokenizer");
    public string Teacher => In("teacher");
    public string Pairs => In(InRound("pairs"));
    public string Answers => In("answers");
    public string Labels => In(InRound("labels"));
    public string Student => In("student");
    public string Runs => In("runs");
    public string Report => In("report");
    public string Audit => In("audit");
    public string Scores => In("scores");
    /// <summary>What several workers made of something, in this round.</summary>
    internal string Parts(string of) => Path.Combine(Root, "parts", InRound(of));

    public string Metrics => Path.Combine(Report, "metrics.json");
    public string Record => Path.Combine(Root, "workspace.json");

    /// <summary>The same folder in another round, from 1: its pairs lie in <c>pairs-2/</c>, its labels in <c>labels-2/</c>.</summary>
    /// <exception cref="InputException"/>
    public Workspace Round(int number) => number >= 1 ? new(Root, number, named, staged) : throw new InputException("round", $"{number}; expected 1 or more; correct the recipe");

    /// <summary>A name, with the round behind it from the second on.</summary>
    public string InRound(string name) => round == 1 ? name : $"{name}-{round}";

    /// <summary>The folder of a model by name: <c>teacher</c>, <c>student</c>, <c>student-human</c>.</summary>
    /// <exception cref="InputException">The name leads out of the workspace, or through a link.</exception>
    public string Model(string name)
    {
        string path = OwnedPath.Of(Root, name, "model name");
        if (name.StartsWith('.')) throw new InputException("model name", $"'{name}'; expected one that does not begin with '.', as what the workspace keeps for itself does");
        return staged?.PathOf(path) ?? path;
    }

    /// <summary>The same folder where models elsewhere are known by name too.</summary>
    public Workspace With(INamedModels models) => new(Root, round, models, staged);

    /// <summary>The same folder as a stage sees it whose outputs wait aside until they are whole.</summary>
    internal Workspace With(StagedFolders folders) => new(Root, round, named, folders);

    /// <summary>A model named in a recipe or on the command line: of the workspace where it has one of that name, else by reference, which may fetch it, else a path as it stands.</summary>
    /// <returns>A folder, or a file such as <c>model.gguf</c>; it may not exist.</returns>
    /// <exception cref="InputException">when a reference leads nowhere.</exception>
    public string Resolve(string model)
    {
        if (named?.Find(model, OwnedPath.IsOwned(model) ? At(model) : Path.GetFullPath(model)) is { } found) return found;
        if (!OwnedPath.IsOwned(model)) return Path.GetFullPath(model);
        string own = At(model);
        return Path.Exists(own) || !(HasPath(model) || IsFile(model)) ? own : Path.GetFullPath(model);
    }

    /// <summary>A path as the workspace remembers it, the same on every machine where it can be: relative to its root, or by reference.</summary>
    internal string NameOf(string path)
    {
        if (named?.NameOf(path) is { } reference) return reference;
        string relative = Path.GetRelativePath(Root, staged?.PlaceOf(path) ?? path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative).Replace('\\', '/');
    }

    /// <inheritdoc cref="INamedModels.LicenceOf"/>
    internal string? LicenceOf(string path) => named?.LicenceOf(path);

    string In(string name) => Path.Combine(Root, name) is var path && staged is not null ? staged.PathOf(path) : path;

    /// <summary>Where a model is read: between the two renames that replace a folder it is still aside.</summary>
    string At(string name) => In(name) is var path && !Path.Exists(path) && StagedFolders.Replaced(Root, name) is var aside && Path.Exists(aside) ? aside : path;

    static bool HasPath(string model) => Path.IsPathRooted(model) || model.Contains(Path.DirectorySeparatorChar) || model.Contains('/');

    static bool IsFile(string model) => Path.GetExtension(model).ToLowerInvariant() is ".onnx" or ".gguf";
}
