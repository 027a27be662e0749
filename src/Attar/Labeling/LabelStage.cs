using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
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
/// <param name="Teachers">Models of the workspace or elsewhere, such as <c>teacher</c> and <c>teacher@int8</c>, whose scores are averaged, encoders of sentences such as <c>minilm</c> among them, or <c>bm25</c> alone; null stands for the workspace's teacher.</param>
/// <param name="MinAgreement">Share of a query's product pairs that a teacher in fewer bits must order as in float32: what differs below .98 is mostly near ties.</param>
/// <param name="PairTemplate">How pairs are written, a text with {query} and {product}; null: as each model says.</param>
/// <param name="Weigh">How much each of several teachers counts.</param>
/// <param name="Round">Of generating: labels of the round before are taken over, new pairs alone are asked about.</param>
public sealed record LabelStage(ScoreTransform Transform = ScoreTransform.Logit, TeacherEndpoint? Teacher = null, string[]? Teachers = null, double MinAgreement = .98, int Round = 1, string? PairTemplate = null, TeacherWeighing Weigh = TeacherWeighing.Dev) : Stage
{
    public override string Title => Round == 1 ? "label" : $"label round {Round}";

    public override IEnumerable<string> Inputs(Workspace workspace)
    {
        string pairs = workspace.Round(Round).Pairs;
        if (Teacher is null) return [workspace.Data, pairs, .. Named(workspace).Folders, .. Round > 1 ? new[] { workspace.Round(Round - 1).Labels } : []];
        if (Teachers is not null) throw new InputException("teachers", "both teacher, which runs elsewhere, and teachers, which run here; expected one of them; remove the other");
        if (Transform == ScoreTransform.Raw) throw new InputException("transform", "raw is for models of one logit that run here; an endpoint's answers become grades: leave it out");
        Teacher.Check(); // before the options are written to the workspace: what was meant for a variable may be a key
        return Teacher.ChatOrDefault.Guideline is { } guideline ? [workspace.Data, pairs, guideline] : [workspace.Data, pairs];
    }

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Round(Round).Labels];

    /// <summary>Labels that a teacher who runs here gave before are not asked for again; of an endpoint the answers are kept instead.</summary>
    public override bool KeepsOutputs => Teacher is null;

    /// <summary>Parts that workers labelled, in place of a teacher.</summary>
    internal LabelMerge? Merge { get; init; }

    public override void Run(StageContext context)
    {
        context = context with { Workspace = context.Workspace.Round(Round) };
        if (Merge is not null) Merge.Run(context);
        else if (Teacher is null) RunHere(context);
        else EndpointLabeling.Run(Teacher, Transform, context);
    }

    internal TeacherNames Named(Workspace workspace) => new(Teachers ?? ["teacher"], workspace);

    void RunHere(StageContext context)
    {
        Workspace workspace = context.Workspace;
        using var job = new LabelJob(this, context);
        var begun = new LabelManifest(job.Stamp, job.Source, context.Clock.GetUtcNow(), LabelWriter.ShardPairs, [], Precisions: job.Precisions);
        LabelWriter writer = LabelWriter.GoOn(workspace.Labels, begun, context.Progress.Note, before: Round > 1 ? workspace.Round(Round - 1).Labels : null);
        Labeler.Run(writer, job.Pairs, job.Count, job.Print, job.Lines, context);
        foreach (string note in job.Notes) context.Progress.Note($"label: {note}");
        writer.Finish(note: context.Progress.Note);
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
                throw new StageFailedException(string.Create(CultureInfo.InvariantCulture, $"label: refused: {model} orders {agreement.SameOrder:p1} of the product pairs as float32 does, expected {MinAgreement:p1}; label with {model.Folder}, or lower minAgreement (--min-agreement)"));
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
