using Attar.Distillation;
using Attar.Evaluation;
using Attar.Retrieval;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Studies.Scaling;

/// <summary>
/// The paper's claim as a curve: students from more and more of the teacher's labels, several seeds each, beside the teacher, students of the
/// human judgments alone, and BM25.
/// </summary>
/// <param name="Pairs">How many labels the students learn from; a larger number holds the labels of every smaller one.</param>
/// <param name="Student">How a student is trained.</param>
/// <param name="Human">How one is trained from the judgments alone; null leaves it out.</param>
/// <param name="Lines">Figures of systems measured elsewhere, to be drawn beside the curve: by name, then by metric.</param>
/// <param name="Systems">Others that the largest student is compared with, see <see cref="NamedSystem"/>.</param>
/// <param name="Epochs">Passes over the labels of each of <paramref name="Pairs"/>, in their order: a hundred times as many labels need fewer. Null: as <paramref name="Student"/> says.</param>
/// <param name="Judged">How each student of labels goes on to learn from the judgments, a second curve beside the first: the labels have taught it what people's few judgments could not, and these correct it where the teacher errs. Null: none does.</param>
/// <param name="Teacher">Whose labels they are: a model of the workspace or elsewhere, or several as <c>FOLDER+FOLDER</c>.</param>
public sealed record ScalingStage(
    long[] Pairs,
    ulong[]? Seeds = null,
    DistillStage? Student = null,
    DistillStage? Human = null,
    Dictionary<string, Dictionary<string, double>>? Lines = null,
    string[]? Systems = null,
    string Metric = "ndcg@5",
    string Split = Measuring.Test,
    string Against = Measuring.Judgments,
    int Resamples = Measuring.OfQueries,
    int PooledResamples = Measuring.OfPairs,
    string Teacher = "teacher",
    int[]? Epochs = null,
    DistillStage? Judged = null) : StudyStage(Seeds, Metric, Split, Against, Resamples, PooledResamples)
{
    public override string Title => "scaling";

    /// <exception cref="InputException">for a curve of less than two points.</exception>
    internal override IEnumerable<Learner> Students
    {
        get
        {
            if (Pairs.Distinct().Count() < 2) throw new InputException("scaling.pairs", $"{string.Join(", ", Pairs)}; expected two or more sizes, for one makes no curve; correct the recipe");
            if (Pairs.Any(pairs => pairs < 1)) throw new InputException("scaling.pairs", $"{Pairs.Min()}; expected numbers of labels from 1; correct the recipe");
            if (Epochs is not null && (Epochs.Length != Pairs.Length || Epochs.Any(epochs => epochs < 1)))
                throw new InputException("scaling.epochs", $"{string.Join(", ", Epochs)}; expected a number from 1 for each of the {Pairs.Length} sizes in pairs; correct the recipe");
            if (Epochs is not null && Pairs.Distinct().Count() < Pairs.Length)
                throw new InputException("scaling.pairs", $"{string.Join(", ", Pairs)}; expected each size once where epochs names their passes; correct the recipe");
            if (Student?.Pairs is not null) throw new InputException("scaling.student.pairs", "expected in scaling.pairs, which says how many labels the students learn from; leave it out");
            if (Judged?.From is not null) throw new InputException("scaling.judged.from", "expected nothing, for each goes on from the student of labels of its size and seed; leave it out");
            Learner[] sizes = [.. Pairs.Select((pairs, i) => Sized(pairs, Epochs?[i])).OrderBy(student => student.Pairs).DistinctBy(student => student.Pairs).Select(student => new Learner($"student-{student.Pairs}", student))];
            return
            [
                .. Human is null ? [] : (Learner[])[new("student-human", Human with { Learn = TargetSource.Judgments })],
                .. sizes,
                .. Judged is null ? [] : sizes.Select(size => new Learner($"{size.Name}-judged", Judged with { Learn = TargetSource.Judgments }, After: size.Name)),
            ];
        }
    }

    DistillStage Sized(long pairs, int? epochs)
    {
        DistillStage student = (Student ?? new DistillStage()) with { Pairs = pairs };
        return epochs is { } passes ? student with { Training = (student.Training ?? new TrainingOptions()) with { Epochs = passes } } : student;
    }

    NamedSystem[] Named => [new("teacher", Teacher), .. NamedSystem.ParseAll(Systems ?? [])];

    public override IEnumerable<string> Inputs(Workspace workspace) => [.. base.Inputs(workspace), .. Named.SelectMany(system => system.Inputs(workspace))];

    internal override void Report(Measurement measurement, IReadOnlyList<SeedMean> students)
    {
        var curve = new ScalingCurve([measurement.Of(Rerankers.Bm25, Rerankers.Bm25), .. Named.Select(measurement.Of)], students, Metric);
        EvaluationResult result = measurement.Write(curve.Systems, curve.Compare(measurement));
        string[] verdicts = [.. curve.Verdicts(result.Comparisons)];
        ScalingPage.Write(measurement.Page, curve, result, verdicts, Lines ?? []);
        foreach (string verdict in verdicts) measurement.Context.Progress.Note(verdict);
    }
}
