
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Recipes;

/// <summary>Copies what it reads, joined and repeated, to <c>NAME/out.txt</c>; keeps a log of its runs beside the workspace's files.</summary>
sealed record CopyStage(string Name, string Text = "", string[]? Reads = null, int Times = 1, double Rate = 0.1, Manner Manner = Manner.Plain, Paper? Paper = null) : Stage
{
    public override bool KeepsOutputs => Manner == Manner.Keeps;
    public override string Title => Name;
    public override IEnumerable<string> Inputs(Workspace workspace) => (Reads ?? []).Select(name => Path.Combine(workspace.Root, name));
    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Model(Name)];

    public override void Run(StageContext context)
    {
        string folder = context.Workspace.Model(Name), checkpoint = Path.Combine(folder, "checkpoints", "step.txt");
        bool resumed = File.Exists(checkpoint);
        File.AppendAllText(Path.Combine(context.Workspace.Root, "runs.log"), Name + (resumed ? " resumed\n" : "\n"));
        Directory.CreateDirectory(Path.GetDirectoryName(checkpoint)!);
        File.WriteAllText(checkpoint, "half way");
        if (Manner == Manner.FailsOnce && !resumed) throw new StageFailedException($"{Name}: failed half way");
        if (Manner == Manner.BadInput) throw new InputException($"{Name}.text", "bad");
        if (Manner == Manner.WritesNothing) return;
        string read = string.Concat(Inputs(context.Workspace).Select(path => File.ReadAllText(Path.Combine(path, "out.txt"))));
        string text = string.Concat(Enumerable.Repeat(Text + read, Times)) + (Text == "seed" ? context.Seed : "");
        AtomicFile.WriteText(Path.Combine(folder, "out.txt"), writer => writer.Write(text));
    }
}

/// <summary>Writes its name where every measurement writes.</summary>
sealed record ReportStage(string Name) : Stage
{
    public override string Title => Name;
    public override IEnumerable<string> Inputs(Workspace workspace) => [];
    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.Combine(workspace.Report, "index.html")];
    public override void Run(StageContext context) => AtomicFile.WriteText(Outputs(context.Workspace).Single(), writer => writer.Write(Name));
}

sealed record Paper(int Width = 210, string Colour = "white");

enum Manner { Plain, FailsOnce, WritesNothing, BadInput, Keeps }

sealed record SinkOfLines : IProgressSink
{
    public List<string> Lines { get; } = [];
    public void Report(string what, long done, long total, string detail = "") { }
    public void Note(string line) => Lines.Add(line);
}

/// <summary>A workspace in a temporary folder.</summary>
sealed class TemporaryWorkspace : IDisposable
{
    public Workspace Workspace { get; } = new(Directory.CreateTempSubdirectory("attar-recipes-").FullName);
    public SinkOfLines Sink { get; } = new();

    public IReadOnlyList<string> Run(params Stage[] stages) => Run(1, stages);

    public IReadOnlyList<string> Run(ulong seed, params Stage[] stages) =>
        RecipeRunner.Run(
            new Recipe("made-up", "", new Dictionary<string, string>(), seed, null, stages, []),
            new StageContext(Workspace, seed, 1, Sink, TimeProvider.System, CancellationToken.None));

    /// <summary>One line for every time a stage really ran.</summary>
    public string[] Log => File.ReadAllLines(Path.Combine(Workspace.Root, "runs.log"));

    public string Output(string stage) => Path.Combine(Workspace.Root, stage, "out.txt");

    public void Dispose() => Directory.Delete(Workspace.Root, recursive: true);
}
