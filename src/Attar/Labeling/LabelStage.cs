using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling.Cascading;
using Attar.Labeling.Endpoints;
using Attar.Labeling.Teachers;
using Attar.Models.Checkpoints;
using Attar.Models.Heads;
using Attar.Tensors.Kernels;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>The teacher scores every unlabelled pair. A stopped run goes on behind the last whole line; pairs that it labelled before, for other sets of pairs, are not scored again.</summary>
/// <param name="Transform">What the distribution over grades becomes.</param>
/// <param name="Teacher">A teacher that runs elsewhere; null stands for teachers that run here.</param>
/// <param name="Teachers">Models of the workspace or elsewhere, such as <c>teacher</c> and <c>teacher@int8</c>, whose scores are averaged, encoders of sentences such as <c>minilm</c> and <c>bm25</c> among them, whose scores judgments make grades of; <c>bm25</c> alone gives its scores as they are; null stands for the workspace's teacher.</param>
/// <param name="MinAgreement">Share of a query's product pairs that a teacher in fewer bits must order as in float32: what differs below .98 is mostly near ties.</param>
/// <param name="PairTemplate">How pairs are written, a text with {query} and {product}; null: as each model says.</param>
/// <param name="Weigh">How much each of several teachers counts.</param>
/// <param name="Cascade">A dear teacher that is asked about some queries only, beside <paramref name="Teachers"/>.</param>
/// <param name="Polarise">How steep the sigmoid is through which each teacher's gain goes before gains are mixed, in place of scores: what a teacher is sure of weighs more then. 4 makes .6 .84 and .9 .9998; null: none.</param>
/// <param name="Round">Of generating: labels of the round before are taken over, new pairs alone are asked about.</param>
public sealed record LabelStage(ScoreTransform Transform = ScoreTransform.Logit, TeacherEndpoint? Teacher = null, string[]? Teachers = null, double MinAgreement = .98, int Round = 1, string? PairTemplate = null, TeacherWeighing Weigh = TeacherWeighing.Dev, CascadeOptions? Cascade = null, double? Polarise = null) : Stage
{
    public override string Title => Round == 1 ? "label" : $"label round {Round}";

    public override IEnumerable<string> Inputs(Workspace workspace)
    {
        string pairs = workspace.Round(Round).Pairs;
        string[] here = Teacher is null || Cascade is not null ? [.. Named(workspace).Folders, .. Round > 1 ? new[] { workspace.Round(Round - 1).Labels } : []] : [];
        if (Teacher is null) return [workspace.Data, pairs, .. here];
        if (Teachers is not null && Cascade is null) throw new InputException("teachers", "both teacher, which runs elsewhere, and teachers, which run here; expected one of them; remove the other");
        if (Transform == ScoreTransform.Raw) throw new InputException("transform", "raw is for models of one logit that run here; an endpoint's answers become grades: leave it out");
        Teacher.Check(); // before the options are written to the workspace: what was meant for a variable may be a key
        return Teacher.ChatOrDefault.Guideline is { } guideline ? [workspace.Data, pairs, .. here, guideline] : [workspace.Data, pairs, .. here];
    }

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Round(Round).Labels];

    /// <summary>Labels that a teacher who runs here gave before are not asked for again; of an endpoint the answers are kept instead.</summary>
    public override bool KeepsOutputs => Teacher is null || Cascade is not null;

    /// <summary>Parts that workers labelled, in place of a teacher.</summary>
    internal LabelMerge? Merge { get; init; }

    public override void Run(StageContext context)
    {
        context = context with { Workspace = context.Workspace.Round(Round) };
        if (Merge is not null) Merge.Run(context);
        else if (Teacher is null || Cascade is not null) RunHere(context);
        else EndpointLabeling.Run(Teacher, Transform, context);
    }

    internal TeacherNames Named(Workspace workspace) => new([.. Teachers ?? ["teacher"], .. Cascade?.Teacher is { } dear ? new[] { dear } : []], workspace);

    void RunHere(StageContext context)
    {
        Workspace workspace = context.Workspace;
        using var job = new LabelJob(this, context, alone: true);
        var begun = new LabelManifest(job.Stamp, job.Source, context.Clock.GetUtcNow(), LabelWriter.ShardPairs, [], Precisions: job.Precisions);
        LabelWriter writer = LabelWriter.GoOn(workspace.Labels, begun, context.Progress.Note, before: Round > 1 ? workspace.Round(Round - 1).Labels : null);
        Labeler.Run(writer, job.Pairs, job.Count, job.Print, job.Lines, context);
        foreach (string note in job.Notes) context.Progress.Note($"label: {note}");
        writer.Finish(job.Endpoint, context.Progress.Note);
        if (job.Cascade is { } report) Tell(report, context);
    }

    /// <param name="report">Of a cascade whose labels are all there.</param>
    internal static void Tell(CascadeReport report, StageContext context)
    {
        CascadeReport counted = report.Counted(context.Workspace.Labels);
        counted.Write(context.Workspace.Audit);
        foreach (string line in counted.Lines()) context.Progress.Note(line);
    }

    public override IEnumerable<Fault> Faults()
    {
        if (Polarise is <= 0 or double.NaN or double.PositiveInfinity) yield return new("label.polarise", string.Create(CultureInfo.InvariantCulture, $"found {Polarise}; expected a number above 0, such as 4; correct it (--polarise)"));
        if (Polarise is not null && (Teacher is not null || Cascade is not null || Transform == ScoreTransform.Raw || Teachers is ["bm25"]))
            yield return new("label.polarise", "is for teachers that grade here, outside of a cascade; leave it out (--polarise)");
        if (Cascade is null) yield break;
        if (Cascade.Share is not (>= 0 and <= 1)) yield return new("label.cascade.share", string.Create(CultureInfo.InvariantCulture, $"found {Cascade.Share}; expected a share from 0 to 1, such as .2; correct it (--cascade-share)"));
        if (Teachers is not { Length: > 0 }) yield return new("label.teachers", "a cascade without cheap teachers; expected one or more that label every pair; name them (--teachers)");
        if (Cascade.Teacher is null == Teacher is null) yield return new("label.cascade.teacher", $"{(Teacher is null ? "no dear teacher" : "two dear teachers")}; expected the name of one (--cascade), or the address of one that runs elsewhere (--teacher)");
        else if (Cascade.Teacher is not null && Teachers?.Contains(Cascade.Teacher) == true) yield return new("label.cascade.teacher", $"{Cascade.Teacher} is among the cheap teachers; expected another; correct one of the two (--cascade, --teachers)");
        if (Transform == ScoreTransform.Raw) yield return new("label.transform", "raw is for one model of one logit, and a cascade mixes grades; leave it out (--transform)");
    }

    /// <summary>Shows what fewer bits change.</summary>
    /// <exception cref="StageFailedException">when they change too much.</exception>
    internal PrecisionAgreement[] Compare(TeacherNames named, Func<CandidatePair[]> sample, Dataset dataset, Dictionary<string, string> queries, IKernels kernels, StageContext context)
    {
        ModelReference[] reduced = [.. named.Reduced];
        if (reduced.Length == 0) return [];
        CandidatePair[] pairs = sample();
        return [.. reduced.Select(model =>
        {
            using ITeacher exact = Open(model with { Precision = Precision.Float32 }), teacher = Open(model);
            PrecisionAgreement agreement = PrecisionAgreement.Of(model.ToString(), pairs, exact, teacher);
            context.Progress.Note($"label: {agreement.Line()}");
            if (agreement.SameOrder < MinAgreement)
                throw new StageFailedException(string.Create(CultureInfo.InvariantCulture, $"label: refused: {model} orders {agreement.SameOrder:p2} of the product pairs as float32 does, expected {MinAgreement:p2}; label with {model.Folder}, or lower minAgreement (--min-agreement)"));
            return agreement;
        })];

        ITeacher Open(ModelReference model) => named.Open(model, Transform, dataset.Products, queries, kernels, PairTemplate);
    }

    /// <summary>The hash of all that is labelled: the pairs, and the texts of their queries and products.</summary>
    internal static string Source(Workspace workspace) => LabelStore.HashOf(
    [
        Path.Combine(workspace.Pairs, PairStore.Pairs), Path.Combine(workspace.Pairs, PairStore.Queries),
        Path.Combine(workspace.Data, DatasetFiles.Products), Path.Combine(workspace.Data, DatasetFiles.Queries),
    ]);
}
