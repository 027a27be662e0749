namespace Attar.Recipes;

/// <summary>The folder a recipe fills; stages meet only in its files.</summary>
/// <param name="round">Of generating, labelling and distilling: each round has pairs and labels of its own.</param>
public sealed class Workspace(string root, int round = 1)
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
    public Workspace Round(int number) => number >= 1 ? new(Root, number) : throw new InputException("round", $"{number}; expected 1 or more; correct the recipe");

    /// <summary>A name, with the round behind it from the second on.</summary>
    public string InRound(string name) => round == 1 ? name : $"{name}-{round}";

    /// <summary>The folder of a model by name: <c>teacher</c>, <c>student</c>, <c>student-human</c>.</summary>
    public string Model(string name) => Path.Combine(Root, name);

    /// <summary>A folder named in a recipe: of the workspace where it has one of that name, else a path as it stands.</summary>
    public string Resolve(string folder) => !HasPath(folder) || (!Path.IsPathRooted(folder) && Directory.Exists(Model(folder))) ? Model(folder) : Path.GetFullPath(folder);

    static bool HasPath(string folder) => Path.IsPathRooted(folder) || folder.Contains(Path.DirectorySeparatorChar) || folder.Contains('/');
}
