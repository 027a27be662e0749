namespace Attar.Recipes;

/// <summary>The folder a recipe fills; stages meet only in its files.</summary>
public sealed class Workspace(string root)
{
    public string Root { get; } = Path.GetFullPath(root);
    public string Data => Path.Combine(Root, "data");
    public string Tokenizer => Path.Combine(Root, "tokenizer");
    public string Teacher => Path.Combine(Root, "teacher");
    public string Pairs => Path.Combine(Root, "pairs");
    public string Answers => Path.Combine(Root, "answers");
    public string Labels => Path.Combine(Root, "labels");
    public string Student => Path.Combine(Root, "student");
    public string Runs => Path.Combine(Root, "runs");
    public string Report => Path.Combine(Root, "report");
    public string Metrics => Path.Combine(Report, "metrics.json");
    public string Record => Path.Combine(Root, "workspace.json");

    /// <summary>The folder of a model by name: <c>teacher</c>, <c>student</c>, <c>student-human</c>.</summary>
    public string Model(string name) => Path.Combine(Root, name);

    /// <summary>A folder named in a recipe: of the workspace where it has one of that name, else a path as it stands.</summary>
    public string Resolve(string folder) => Path.IsPathRooted(folder) || folder.Contains(Path.DirectorySeparatorChar) || folder.Contains('/') ? Path.GetFullPath(folder) : Model(folder);
}
