using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Audit;
using Attar.Labeling;
using Attar.Models.Heads;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Distillation.Mitigation;

/// <summary>What keeps a teacher's bias from its student. Dimensions are those of <see cref="Segmentation"/>, such as brand, price and title-length.</summary>
/// <param name="Recalibrate">Dimensions by whose segments the labels become what people's judgments come to; empty for one curve for all, null for labels as they are.</param>
/// <param name="Weights">Segments of which only a share is learnt from, as <c>brand=Acme</c>: 0.5.</param>
/// <param name="DropBelow">Segments in which the teacher's gains correlate less with people's are not learnt from; 0 or less only drops what misleads.</param>
/// <param name="Fit">The judged queries to go by: dev, or train for a teacher that never saw it.</param>
/// <param name="Scores">A file with query_id, product_id and the teacher's score of judged pairs; null asks the workspace's own teacher.</param>
public sealed record MitigationOptions(string[]? Recalibrate = null, IReadOnlyDictionary<string, double>? Weights = null, double? DropBelow = null, string Fit = "dev", string? Scores = null)
{
    bool AsksTeacher => Recalibrate is not null || DropBelow is not null;

    internal IEnumerable<string> Inputs(Workspace workspace) => !AsksTeacher ? [] : [Scores is null ? workspace.Teacher : Path.GetFullPath(Scores)];

    /// <summary>The steps chosen, in the order in which labels go through them: first what is learnt from, then what it says.</summary>
    /// <exception cref="InputException">An option is out of range, or the teacher said nothing of judged pairs.</exception>
    internal IReadOnlyList<ILabelStep> Steps(Dataset data, ScoreTransform transform, StageContext context)
    {
        List<ILabelStep> steps = [];
        if (Weights is not null) steps.Add(new SegmentWeights(data, Weights));
        if (!AsksTeacher) return steps;
        JudgedScores judged = Judged(context, data);
        if (DropBelow is { } least)
        {
            var floor = new AgreementFloor(judged, Segmentation.Of(data), least);
            context.Progress.Note($"not learnt from, for the teacher disagrees with people: {string.Join(", ", floor.Dropped.DefaultIfEmpty("nothing"))}");
            steps.Add(floor);
        }
        if (Recalibrate is not null) steps.Add(new RecalibratedTargets(Recalibration.Fit(judged, Segmentation.Named(data, Recalibrate, "recalibrate")), transform));
        return steps;
    }

    JudgedScores Judged(StageContext context, Dataset data)
    {
        List<JudgedQuery> queries = JudgedQuery.Of(data, AuditTeacherStage.SplitOf("fit", Fit), truth: false);
        if (Scores is not null) return JudgedScores.Read(Scores, queries);
        IReranker teacher = Rerankers.Load(context.Workspace, data, "teacher", context.Threads);
        using var owned = teacher as IDisposable;
        return JudgedScores.Of(teacher, queries);
    }
}

/// <summary>Changes or leaves out labels before a student learns from them.</summary>
interface ILabelStep
{
    /// <param name="product">Of the label.</param>
    /// <returns>The label to learn from; null for none.</returns>
    Label? Of(Query query, Product product, Label label);
}
