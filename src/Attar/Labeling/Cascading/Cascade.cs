using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling.Endpoints;
using Attar.Labeling.Teachers;
using Attar.Models.Heads;
using Attar.Tensors.Kernels;
using Attar.Workspaces;

namespace Attar.Labeling.Cascading;

/// <summary>The teachers of a cascade, weighed and ready to label.</summary>
sealed class Cascade
{
    const int Judged = 4_000; // dev judgments, of whole queries: a weight a teacher needs no more
    readonly TimedTeacher[] teachers;
    readonly CascadeAgreement? dev;
    readonly EndpointTeacher? elsewhere;

    Cascade(TimedTeacher[] teachers, CascadeAgreement? dev, CascadeTeacher teacher, EndpointTeacher? elsewhere, LabelStamp stamp) =>
        (this.teachers, this.dev, Teacher, this.elsewhere, Stamp) = (teachers, dev, teacher, elsewhere, stamp);

    public CascadeTeacher Teacher { get; }

    public LabelStamp Stamp { get; }

    /// <summary>The dear teacher, where it runs elsewhere.</summary>
    public LabelEndpoint? Endpoint => elsewhere?.Described;

    /// <summary>So far, without what a store holds.</summary>
    public CascadeReport Report => new(0, 0, 0, 0, dev, [.. teachers.Select(teacher => teacher.Pace)]);

    /// <param name="pairs">All that are to be labelled.</param>
    /// <param name="source">Of the pairs, as in <see cref="LabelManifest.Source"/>.</param>
    /// <param name="keep">What a dear teacher here says; one elsewhere keeps its answers itself.</param>
    /// <exception cref="InputException">when a teacher is missing or does not grade.</exception>
    public static Cascade Open(LabelStage stage, Dataset data, IReadOnlyDictionary<string, string> queries, IKernels kernels, IEnumerable<CandidatePair> pairs, long count, TextPrints prints, string source, bool keep, StageContext context)
    {
        CascadeOptions options = stage.Cascade!;
        TeacherNames named = stage.Named(context.Workspace);
        List<ITeacher> opened = named.OpenAll(ScoreTransform.Logit, data, queries, kernels, stage.PairTemplate);
        AnswerJournal<double[]>? journal = null;
        try
        {
            LabelStamp stamp = named.StampOf(opened, TeacherWeights.Alike(opened.Count), stage.Transform);
            string[] names = [.. named.Names];
            EndpointTeacher? elsewhere = null;
            if (stage.Teacher is not null)
            {
                opened.Add(elsewhere = new EndpointTeacher(stage.Teacher, ScoreTransform.Logit, data, queries, context));
                names = [.. names, elsewhere.Name];
                if (opened[0].Grades != elsewhere.Grades) throw new InputException("teachers", $"{names[0]} has {opened[0].Grades} grades, the data {elsewhere.Grades}; expected the same; name another");
                stamp = stamp with { Teacher = $"{stamp.Teacher},{elsewhere.Key}", Tokenizer = stamp.Tokenizer + ",", Template = $"{stamp.Template},{elsewhere.Template}", Precision = stamp.Precision + "," };
            }
            TimedTeacher[] teachers = [.. names.Zip(opened, (name, teacher) => new TimedTeacher(name, teacher, context.Clock))];
            ITeacher dear = teachers[^1];
            if (keep && elsewhere is null)
            {
                journal = AnswerJournal.OfNumbers(context.Workspace.Answers, $"{Last(stamp.Teacher)} {Last(stamp.Tokenizer)} {Last(stamp.Template)} {Last(stamp.Precision)}", 1 + dear.Grades);
                dear = new KeptTeacher(dear, journal, prints.Of);
            }
            Judgment[] judged = DevSample(data, Math.Min(Judged, stage.Teacher?.TrustOrDefault.Pairs ?? Judged));
            elsewhere?.Prove(data, judged, (long)(options.Share * count));
            Opinions said = Opinions.Of([.. teachers[..^1], dear], [.. judged.Select(judgment => new CandidatePair(judgment.QueryId, judgment.ProductId, ""))]);
            double[] gains = [.. judged.Select(judgment => data.Scale.Gain(judgment.Rating))];
            Mixture unasked = Mixture.Fit(new(said.Scores[..^1], said.Distributions[..^1]), gains, stage.Weigh), asked = Mixture.Fit(said, gains, stage.Weigh);
            CascadeAgreement? dev = judged.Length == 0 ? null : CascadeAgreement.Of(data, judged, said, unasked, asked, options.Share);
            var teacher = new CascadeTeacher(teachers[..^1], dear, unasked, asked, stage.Transform, options.Share, pairs, prints.Knows, context.Cancel);
            var how = new CascadeStamp(options.Share, double.IsFinite(teacher.From) ? teacher.From : null, unasked.Formula(names[..^1]), asked.Formula(names), source);
            context.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"label: {names[^1]} is asked about queries whose doubt is {(how.From is { } from ? $"{from} or more" : "more than any")}, as {teacher.SampledQueries:n0} of them show; their labels are {how.Asked}, others {how.Unasked}"));
            return new(teachers, dev, teacher, elsewhere, stamp with { Cascade = how });
        }
        catch
        {
            foreach (ITeacher teacher in opened) teacher.Dispose();
            journal?.Dispose();
            throw;
        }

        static string Last(string parts) => parts[(parts.LastIndexOf(',') + 1)..];
    }

    /// <summary>Judgments of whole dev queries, evenly spread.</summary>
    internal static Judgment[] DevSample(Dataset data, int most = Judged)
    {
        Judgment[][] byQuery = [.. data.Judgments.Where(judgment => data.Splits.GetValueOrDefault(judgment.QueryId) == Split.Dev).GroupBy(judgment => judgment.QueryId).Select(group => group.ToArray())];
        int every = Math.Max(1, (byQuery.Sum(group => group.Length) + most - 1) / most);
        return [.. byQuery.Where((_, i) => i % every == 0).SelectMany(group => group)];
    }
}
