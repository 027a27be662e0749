using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Evaluation.Audit;

/// <summary>Measures where the teacher errs, and what of it the students have learnt: <c>audit/teacher.json</c> and <c>audit/teacher.html</c>.</summary>
/// <param name="Systems">The teacher, then students beside it; null stands for teacher and, once there is one, student.</param>
/// <param name="Scores">A tab-separated file with query_id, product_id and score of judged pairs that stands for the teacher, where its model runs elsewhere; it cannot be probed.</param>
/// <param name="Split">Whose judged queries are audited.</param>
/// <param name="Fit">Whose judged queries the calibration is fitted on; another split, or it would praise itself. Not train, which the teacher learnt by heart.</param>
/// <param name="Resamples">Of the bootstrap over queries.</param>
/// <param name="Probes">Queries whose products are changed and scored again; 0 for none.</param>
public sealed record AuditTeacherStage(string[]? Systems = null, string? Scores = null, string Split = "test", string Fit = "dev", int Resamples = 1000, int Probes = 100) : Stage
{
    const int BrandsProbed = 3; // of those that the teacher seems to favour or slight most

    public override string Title => "audit teacher";

    string[] NamesIn(Workspace workspace) => Systems ?? (File.Exists(Path.Combine(workspace.Student, "config.json")) ? ["teacher", "student"] : ["teacher"]);

    public override IEnumerable<string> Inputs(Workspace workspace) =>
        [workspace.Data, .. NamesIn(workspace).Skip(Scores is null ? 0 : 1).Where(name => name != Rerankers.Bm25).Select(name => workspace.Resolve(ModelReference.Parse(name).Folder)), .. Scores is null ? [] : new[] { Path.GetFullPath(Scores) }];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Json(workspace), Page(workspace)];

    static string Json(Workspace workspace) => Path.Combine(workspace.Audit, "teacher.json");

    static string Page(Workspace workspace) => Path.Combine(workspace.Audit, "teacher.html");

    public override IEnumerable<Fault> Faults()
    {
        if (Measuring.TooFew(Resamples) is { } fault) yield return fault;
        if (Fit == Split) yield return new("fit", $"expected another split than {Split}, which is audited; a calibration would be measured on what it was fitted to");
    }

    public override void Run(StageContext context)
    {
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        Run(context, dataset, name => Rerankers.Load(context.Workspace, dataset, name, context.Threads));
    }

    /// <summary>Everything but loading.</summary>
    /// <param name="load">A system by name; disposed after use when it can be.</param>
    public TeacherAudit Run(StageContext context, Dataset dataset, Func<string, IReranker> load)
    {
        string[] names = NamesIn(context.Workspace);
        if (names.Length == 0) throw new InputException("systems", "expected the teacher's name, and those of students");
        Check();
        IReadOnlyList<Dimension> dimensions = Segmentation.Of(dataset);
        List<JudgedQuery> audited = JudgedQuery.Of(dataset, SplitOf("split", Split), truth: false), fitted = JudgedQuery.Of(dataset, SplitOf("fit", Fit), truth: false);
        List<SystemAudit> systems = [];
        string[] brands = [];
        foreach (string name in names)
        {
            IReranker? reranker = systems.Count == 0 && Scores is not null ? null : load(name);
            using var owned = reranker as IDisposable;
            JudgedScores judged = Judge(audited), fit = Judge(fitted);
            SegmentedPairs pairs = SegmentedPairs.Of(judged.Queries, dataset.Scale, dimensions);
            var (error, overRecall, threshold, segments) = SegmentAudit.Of(pairs, judged.Flat, Resamples, context.Seed);
            if (systems.Count == 0)
                brands = [.. segments.Where(segment => segment is { Dimension: "brand", Shown: true } && segment.Segment != Grouping.Others).OrderByDescending(segment => Math.Abs(segment.Difference!.Value.Value)).Take(BrandsProbed).Select(segment => segment.Segment)];
            systems.Add(new SystemAudit(name, JudgedScores.Gain(threshold), error, overRecall, segments, [.. Calibration.Of(judged, fit, dataset.Scale, dimensions)],
                reranker is null || Probes == 0 ? [] : new Probes(dataset, brands, context.Seed).Run(reranker, [.. audited.Take(Probes)], (done, all) => context.Progress.Report($"probe {name}", done, all))));

            JudgedScores Judge(List<JudgedQuery> queries) => reranker is null ? JudgedScores.Read(Scores!, queries) : JudgedScores.Of(reranker, queries, (done, all) =>
            {
                context.Cancel.ThrowIfCancellationRequested();
                context.Progress.Report($"audit {name}", done, all);
            });
        }

        var audit = new TeacherAudit(Split, Fit, audited.Count, audited.Sum(query => query.Products.Length), systems, [.. Inherited(systems)]);
        audit.Write(Json(context.Workspace));
        TeacherAuditPage.Write(Page(context.Workspace), audit);
        context.Progress.Note($"{systems[0].Name} errs otherwise than elsewhere in {systems[0].Segments.Count(segment => segment.Shown)} of {systems[0].Segments.Count} segments; see {Page(context.Workspace)}");
        return audit;
    }

    static IEnumerable<InheritedBias> Inherited(IReadOnlyList<SystemAudit> systems) =>
        from biased in systems[0].Segments
        where biased.Shown
        from student in systems.Skip(1)
        let same = student.Segments.FirstOrDefault(segment => segment.Dimension == biased.Dimension && segment.Segment == biased.Segment)
        where same?.Difference is not null
        select new InheritedBias(student.Name, biased.Dimension, biased.Segment, biased.Difference!.Value.Value, same.Difference!.Value, InheritedBias.Judge(biased.Difference!.Value.Value, same.Difference!.Value));

    internal static Split SplitOf(string option, string name) => name switch
    {
        "test" => Data.Split.Test,
        "dev" => Data.Split.Dev,
        "train" => Data.Split.Train,
        _ => throw new InputException(option, $"expected test, dev or train, found '{name}'"),
    };
}
