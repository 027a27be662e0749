using Attar.Data;
using Attar.Evaluation.Drift;
using Attar.Evaluation.Promotion;
using Attar.Evaluation.Report;
using Attar.Models.Checkpoints;
using Attar.Retrieval;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Evaluation.CutOffs;

/// <summary>Finds the cut-off of a model on judged queries, and keeps it in the model's folder.</summary>
/// <param name="Model">Of the workspace, or a folder; <c>student@int8</c> has a cut-off of its own.</param>
/// <param name="Precision">Share of the products shown that shall be worth showing.</param>
/// <param name="Grade">From which rating a product is; null: as the data has it.</param>
public sealed record Calibrator(string Model, double Precision, double? Grade, Measuring Measuring, string? PairTemplate = null)
{
    /// <summary>Fewer say little of the next thousand.</summary>
    const int FewQueries = 50, FewPairs = 100;

    /// <summary>How far the precision on queries held out may fall behind before it is told as a warning.</summary>
    const double Behind = .02;

    /// <summary>How a model is read; tests have none.</summary>
    internal Func<Dataset, StageContext, IReranker>? Load { get; init; }

    /// <returns>The cut-off, where it lies, and what is to be known of it.</returns>
    /// <exception cref="InputException">when the model cannot have one, or there is nothing to measure on.</exception>
    /// <exception cref="StageFailedException">when no score is precise enough.</exception>
    public (CutOff CutOff, string Path, IReadOnlyList<string> Warnings) Run(StageContext context)
    {
        using var held = new WorkspaceLock(context.Workspace);
        var reference = ModelReference.Parse(Model);
        string folder = FolderOf(context.Workspace, reference);
        Dataset data = DatasetFiles.Read(context.Workspace.Data);
        double grade = Grade ?? data.Scale.PositiveFrom;
        Check(grade, data.Scale);
        string digest = ModelDigest.Of(folder);
        List<JudgedQuery> queries = JudgedQuery.Of(data, Measuring.Queries, Measuring.Truth);
        IReranker reranker = Load?.Invoke(data, context) ?? Rerankers.Load(context.Workspace, data, Model, context.Threads, PairTemplate);
        using var owned = reranker as IDisposable;
        float[][] scores = Evaluator.ScoreAll(Model, reranker, queries, context);
        var pool = ScorePool.Of(queries, scores, data.Scale with { PositiveFrom = grade }, promises: false);
        if (CutOffSearch.Of(pool, queries.Count, Precision, Measuring.PooledResamples, context.Seed) is not { } found)
            throw new StageFailedException(CutOffSearch.Best(pool) is { Precision: > 0 } best
                ? FormattableString.Invariant($"no score of {Model} is that precise: at best {best.Precision:0.###} of the {best.Shown} highest of {pool.Scores.Length} judged pairs of {Measuring.Split} are graded {grade:0.##} or more; ask for less precision or a lower --grade")
                : FormattableString.Invariant($"none of the {pool.Scores.Length} judged pairs of {Measuring.Split} is graded {grade:0.##} or more; choose a lower --grade"));
        CutOff cutOff = new(
            digest, PairTemplate, found.Score, Precision, found.Precision, found.Interval.Low, found.Interval.High, found.HeldOut, found.Recall, 1 - (double)found.Shown / pool.Scores.Length, found.Emptied,
            grade, Measuring.Split, queries.Count, pool.Scores.Length, found.Shown, context.Clock.GetUtcNow());
        string path = CutOff.PathIn(folder, reference.Precision);
        cutOff.Write(path);
        ScoreReference.Of(digest, Drifts.Scores(data, reranker, context), context.Clock.GetUtcNow())?.Write(ScoreReference.PathIn(folder, reference.Precision));
        return (cutOff, path, [.. Warnings(cutOff)]);
    }

    static string FolderOf(Workspace workspace, ModelReference model)
    {
        if (model.Folder == Rerankers.Bm25) throw new InputException("MODEL", "bm25 has no model whose scores could be calibrated; name one, such as student");
        string folder = workspace.ModelAt(model.Folder);
        if (!Directory.Exists(folder)) throw new InputException("MODEL", $"{folder} is a file; expected a model's folder, where its cut-off is kept");
        if (!OwnedPath.IsInside(folder, workspace.Root) && !Path.IsPathRooted(workspace.NameOf(folder)))
            throw new InputException("MODEL", $"{model.Folder} lies in the store, which other workspaces share; copy {folder} into the workspace and calibrate the copy");
        return folder;
    }

    void Check(double grade, GradeScale scale)
    {
        List<Fault> faults = [.. Measuring.Faults("--")];
        if (Precision is not (> 0 and <= 1)) faults.Add(new("--precision", FormattableString.Invariant($"found {Precision}; expected a share above 0, at most 1, such as .9")));
        if (!(grade > 0 && grade <= scale.Grades - 1)) faults.Add(new("--grade", FormattableString.Invariant($"found {grade}; expected a rating above 0 and at most {scale.Grades - 1}")));
        if (faults.Count > 0) throw new InputException(faults, faults.Count);
    }

    static IEnumerable<string> Warnings(CutOff cutOff)
    {
        if (cutOff.Queries < FewQueries) yield return $"{cutOff.Queries} judged queries are few, so the interval is too narrow; judge {FewQueries} or more";
        if (cutOff.Shown < FewPairs) yield return $"{cutOff.Shown} judged pairs above the cut-off are few, so the interval is too narrow; judge more";
        if (!(cutOff.HeldOut >= cutOff.Wanted - Behind)) yield return FormattableString.Invariant($"on queries held out the precision is {cutOff.HeldOut ?? double.NaN:0.###}: expect that of new queries");
    }
}
