using Attar.Data;
using Attar.Labeling;
using Attar.Recipes;

namespace Attar.Augmentation.Audit;

/// <summary>Measures the generated pairs, and their labels where there are any: <c>audit/pairs.json</c> and <c>audit/pairs.html</c>. Fails where a limit is passed.</summary>
public sealed record AuditPairsStage(AuditLimits? Limits = null) : Stage
{
    public override string Title => "audit pairs";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, workspace.Pairs, workspace.Labels];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Json(workspace), Page(workspace)];

    static string Json(Workspace workspace) => Path.Combine(workspace.Root, "audit", "pairs.json");

    static string Page(Workspace workspace) => Path.Combine(workspace.Root, "audit", "pairs.html");

    /// <exception cref="StageFailedException">with every limit that was passed; both files are written before.</exception>
    public override void Run(StageContext context)
    {
        Workspace workspace = context.Workspace;
        AuditLimits limits = Limits ?? new AuditLimits();
        Dataset data = DatasetFiles.Read(workspace.Data);
        IReadOnlyList<Query> made = PairStore.ReadQueries(workspace.Pairs);

        var pairs = new PairCensus(data, made, limits);
        long done = 0;
        foreach (CandidatePair pair in PairStore.Read(workspace.Pairs, out long count))
        {
            pairs.Add(pair);
            if (++done % 100_000 == 0) context.Cancel.ThrowIfCancellationRequested();
            if (done % 10_000 == 0) context.Progress.Report(Title, done, count);
        }
        bool labelled = File.Exists(Path.Combine(workspace.Labels, LabelManifest.FileName));
        var labels = new LabelCensus(labelled ? LabelManifest.Read(workspace.Labels).Stamp.Grades : 0, limits);
        if (labelled)
            foreach (List<Label> list in LabelStore.ByQuery(LabelStore.Read(workspace.Labels, distributions: true))) labels.Add(list);

        var audit = new PairAudit(done, pairs.Queries, pairs.Products, labels.Labels, [.. pairs.Checks(), .. labels.Checks()], [.. pairs.Histograms(), .. labels.Histograms()]);
        audit.Write(Json(workspace));
        PairAuditPage.Write(Page(workspace), audit);
        AuditCheck[] failed = [.. audit.Checks.Where(check => !check.Passed)];
        context.Progress.Note($"{audit.Checks.Count - failed.Length} of {audit.Checks.Count} checks passed; see {Page(workspace)}");
        if (failed.Length > 0) throw new StageFailedException(string.Join('\n', failed.Select(Explain)));
    }

    static string Explain(AuditCheck check) => FormattableString.Invariant(
        $"audit pairs: {check.Name} {check.Value:0.0000}, expected at {(check.AtLeast ? "least" : "most")} {check.Limit} ({check.Means}{(check.Examples.Count > 0 ? ", such as " + string.Join("; ", check.Examples) : "")}); generate other pairs, or set --{check.Name}");
}
