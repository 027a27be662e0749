using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling.Cascading;
using Attar.Labeling.Teachers;
using Attar.Tensors.Kernels.Cpu;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>What labelling here needs: the pairs, and the teacher that scores them. For one caller at a time.</summary>
sealed class LabelJob : IDisposable
{
    readonly CpuKernels kernels;
    readonly ITeacher teacher;
    readonly TextPrints prints;
    readonly TeacherLines lines;
    readonly Cascade? cascade;

    /// <param name="context">Whose workspace is in the round that is labelled.</param>
    /// <param name="alone">No other process labels the same pairs, so that what a dear teacher says can be kept.</param>
    /// <exception cref="InputException"/>
    /// <exception cref="StageFailedException">A teacher in fewer bits orders too differently.</exception>
    public LabelJob(LabelStage stage, StageContext context, bool alone)
    {
        Workspace workspace = context.Workspace;
        Dataset dataset = DatasetFiles.Read(workspace.Data);
        Dictionary<string, string> queries = dataset.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        Pairs = PairStore.Read(workspace.Pairs, out long count);
        Count = count;
        kernels = new CpuKernels(context.Threads);
        TeacherNames named = stage.Named(workspace);
        prints = new TextPrints(queries, dataset.Products);
        Source = LabelStage.Source(workspace);
        if (stage.Cascade is null) (teacher, Stamp) = named.Open(stage.Transform, dataset, queries, kernels, stage.Weigh, stage.PairTemplate, context.Progress.Note, stage.Polarise);
        else
        {
            cascade = Cascading.Cascade.Open(stage, dataset, queries, kernels, Pairs, count, prints, Source, keep: alone, context);
            (teacher, Stamp) = (cascade.Teacher, cascade.Stamp);
        }
        PrecisionAgreement[] agreements = stage.Compare(named, () => PrecisionAgreement.Sample(Pairs, count), dataset, queries, kernels, context);
        Precisions = agreements.Length > 0 ? agreements : null;
        lines = new TeacherLines(teacher, Stamp, prints, count);
    }

    /// <summary>In their order, streamed.</summary>
    public IEnumerable<CandidatePair> Pairs { get; }

    public long Count { get; }

    public LabelStamp Stamp { get; }

    /// <inheritdoc cref="LabelManifest.Source"/>
    public string Source { get; }

    /// <inheritdoc cref="LabelManifest.Precisions"/>
    public IReadOnlyList<PrecisionAgreement>? Precisions { get; }

    /// <summary>What a cascade came to so far.</summary>
    public CascadeReport? Cascade => cascade?.Report;

    /// <summary>The dear teacher of a cascade, where it runs elsewhere.</summary>
    public LabelEndpoint? Endpoint => cascade?.Endpoint;

    /// <inheritdoc cref="ITeacher.Notes"/>
    public IEnumerable<string> Notes => teacher.Notes;

    /// <inheritdoc cref="TextPrints.Of"/>
    public string Print(CandidatePair pair) => prints.Of(pair);

    /// <inheritdoc cref="TeacherLines.Of"/>
    public IEnumerable<string> Lines(CandidatePair[] pairs) => lines.Of(pairs);

    public void Dispose()
    {
        teacher.Dispose();
        kernels.Dispose();
    }
}
