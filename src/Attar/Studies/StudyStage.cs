using Attar.Distillation;
using Attar.Evaluation;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>
/// Students that differ in one thing, several seeds of each, trained as stages of their own and measured together: what is trained is not trained
/// again when a student or a seed is added. Writes <c>TITLE/</c>, a student a folder, and <c>report/metrics.json</c> and <c>report/index.html</c>.
/// </summary>
/// <param name="Seeds">Of the students; figures are means over them, query by query. One seed shows nothing about training again.</param>
/// <param name="Metric">The metric that verdicts are about, named before the run.</param>
public abstract record StudyStage(ulong[]? Seeds, string Metric, string Split, string Against, int Resamples, int PooledResamples) : Stage
{
    Measuring Measuring => new(Split, Against, Resamples, PooledResamples);

    internal ulong[] EachSeed => Seeds ?? [1, 2, 3];

    /// <summary>The students, each after the one that it goes on from; their folders and seeds are given here.</summary>
    /// <exception cref="InputException">An option says nothing that can be compared.</exception>
    internal abstract IEnumerable<Learner> Students { get; }

    public override IEnumerable<Stage> Before
    {
        get
        {
            Check();
            return from student in Students
                   from seed in EachSeed
                   select student.Stage with { Student = Folder(student.Name, seed), Seed = seed, From = student.After is { } former ? Folder(former, seed) : student.Stage.From };
        }
    }

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, .. Before.OfType<DistillStage>().Select(stage => workspace.Model(stage.Student))];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Metrics, Path.Combine(workspace.Report, "index.html")];

    public override void Run(StageContext context)
    {
        var measurement = new Measurement(Measuring, context);
        Report(measurement, [.. Students.Select(student => new SeedMean(
            student, [.. EachSeed.Select(seed => measurement.Of($"{student.Name}, seed {seed}", Folder(student.Name, seed)))], Resamples, context.Seed))]);
    }

    /// <summary>Writes what came of the students.</summary>
    /// <param name="students">As in <see cref="Students"/>.</param>
    internal abstract void Report(Measurement measurement, IReadOnlyList<SeedMean> students);

    string Folder(string student, ulong seed) => $"{Title}/{Slug(student)}-seed{seed}";

    /// <summary><c>Margin-MSE, no anchor</c> as <c>margin-mse-no-anchor</c>.</summary>
    internal static string Slug(string name) =>
        string.Join('-', new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public override IEnumerable<Fault> Faults()
    {
        if (EachSeed.Length == 0 || EachSeed.Distinct().Count() < EachSeed.Length) yield return new($"{Title}.seeds", $"{string.Join(", ", EachSeed)}; expected one or more seeds, each once; correct the recipe");
        if (Metrics.All.All(metric => metric.Name != Metric)) yield return new($"{Title}.metric", $"'{Metric}'; expected one of {string.Join(", ", Metrics.All.Select(metric => metric.Name))}; correct the recipe");
        foreach (Fault fault in Measuring.Faults($"{Title}.")) yield return fault;
    }
}
