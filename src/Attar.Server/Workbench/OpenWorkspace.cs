using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Server.Documents;
using Attar.Server.Reloading;
using Attar.Workspaces;

namespace Attar.Server.Workbench;

/// <summary>The workspace that is served, as its pages look at it; whatever stands in it may be missing or damaged.</summary>
/// <param name="workspace">Null where models are served without one.</param>
sealed class OpenWorkspace(Workspace? workspace, OpenStorefront storefront)
{
    readonly SemaphoreSlim one = new(1, 1);
    DateTime deadLock;
    (string Version, SystemPairs Pairs)? last;

    public Workspace? Workspace => workspace;

    /// <summary>Whether a run is at work.</summary>
    public bool IsBusy => workspace is not null && WorkspaceLock.IsHeld(workspace, ref deadLock);

    /// <summary>The stages; none where there is no workspace.</summary>
    /// <exception cref="InputException">The record is damaged.</exception>
    public IReadOnlyDictionary<string, StageEntry> Stages() => workspace is null ? new SortedDictionary<string, StageEntry>() : WorkspaceRecord.Load(workspace).Stages;

    /// <summary>The figures of the last measurement; null where nothing was measured.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public EvaluationResult? Figures() => workspace is not null && File.Exists(workspace.Metrics) ? MetricsFile.Read(workspace.Metrics) : null;

    /// <summary>Which stage measured last: an evaluation, a curve and a table of variants write the same report. Null where nobody remembers.</summary>
    public static string? MeasuredBy(IReadOnlyDictionary<string, StageEntry> stages) =>
        ((string[])["evaluate", "scaling", "ablation"]).Where(title => stages.GetValueOrDefault(title)?.Ended is not null).MaxBy(title => stages[title].Ended!.Finished);

    /// <summary>The rankings of the last evaluation, which are read once and kept until their files change.</summary>
    /// <exception cref="InputException">when a file is missing or not sound.</exception>
    public async Task<SystemPairs> Rankings(EvaluationResult figures, CancellationToken cancel)
    {
        Workspace open = workspace ?? throw new InputException("workspace", "none is served");
        await one.WaitAsync(cancel);
        try
        {
            string version = $"{FolderVersion.Of(open.Metrics)}|{FolderVersion.Of(open.Runs)}|{FolderVersion.Of(open.Data)}";
            if (last is not { } known || known.Version != version)
                last = known = (version, await Task.Run(() => new SystemPairs(KeptEvaluation.Read(open, figures, storefront.Now.Products), [.. storefront.Now.Products.Values]), cancel));
            return known.Pairs;
        }
        finally
        {
            one.Release();
        }
    }
}
