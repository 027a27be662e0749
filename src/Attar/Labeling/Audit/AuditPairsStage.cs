using Attar.Augmentation;
using Attar.Data;
using Attar.Workspaces;

namespace Attar.Labeling.Audit;

/// <summary>Measures the generated pairs, and their labels where there are any: <c>audit/pairs.json</c> and <c>audit/pairs.html</c>. Fails where a limit is passed.</summary>
/// <param name="Round">Whose pairs and labels; of a later one the files are <c>audit/pairs-2.json</c> and <c>.html</c>.</param>
public sealed record AuditPairsStage(AuditLimits? Limits = null, int Round = 1) : Stage
{
    public override string Title => Round == 1 ? "audit pairs" : $"audit pairs round {Round}";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, workspace.Round(Round).Pairs, workspace.Round(Round).Labels];

    public override IEnumerable<string> Outputs(Workspace workspace) => [PathOf(workspace, "json"), PathOf(workspace, "html")];

    /// <summary>An audit that fails has its pages too.</summary>
    public override bool KeepsOutputs => true;

    string PathOf(Workspace workspace, string type) => Path.Combine(workspace.Audit, $"{workspace.Round(Round).InRound("pairs")}.{type}");

    /// <exception cref="StageFailedException">with every limit that was passed; both files are written before.</exception>
    public override void Run(StageContext context)
    {
        Workspace workspace = context.Workspace.Round(Round);
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
        audit.Write(PathOf(workspace, "json"));
        PairAuditPage.Write(PathOf(workspace, "html"), audit);
        AuditCheck[] failed = [.. audit.Checks.Where(check => !check.Passed)];
        context.Progress.Note($"{audit.Checks.Count - failed.Length} of {audit.Checks.Count} checks passed; see {PathOf(workspace, "html")}");
        if (failed.Length > 0) throw new StageFailedException(string.Join('\n', failed.Select(Explain)));
    }

    static string Explain(AuditCheck check) => FormattableString.Invariant(
        $"audit pairs: {check.Name} {check.Value:0.0000}, expected at {(check.AtLeast ? "least" : "most")} {check.Limit} ({check.Means}{(check.Examples.Count > 0 ? ", such as " + string.Join("; ", check.Examples) : "")}); generate other pairs, or set --{check.Name}");
}
