using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Heads;

namespace Attar.Labeling.Teachers;

/// <summary>A teacher of scores alone, which become grades by what people said of the train pairs.</summary>
sealed class CalibratedTeacher : ITeacher
{
    const int Sampled = 20_000; // judgments: two numbers a grade need no more
    readonly ITeacher teacher;
    readonly GradeCalibration calibration;
    readonly ScoreTransform transform;
    readonly double[] gains;

    /// <param name="teacher">Its own from here on.</param>
    /// <exception cref="InputException">when there are no train judgments.</exception>
    public CalibratedTeacher(string name, ITeacher teacher, ScoreTransform transform, Dataset data)
    {
        (this.teacher, this.transform, gains) = (teacher, transform, data.Scale.Gains);
        Judgment[] train = [.. data.Judgments.Where(judgment => data.Splits.GetValueOrDefault(judgment.QueryId) == Split.Train)];
        if (train.Length == 0)
        {
            teacher.Dispose();
            throw new InputException("teachers", $"{name} gives no grades, and what its scores are worth it learns from train judgments, of which there are none; name a teacher that grades");
        }
        Judgment[] sample = train.Length <= Sampled ? train : [.. new Random(1).GetItems(train, Sampled)];
        calibration = new GradeCalibration(Scores([.. sample.Select(judgment => new CandidatePair(judgment.QueryId, judgment.ProductId, ""))]), sample, gains.Length);
    }

    public int Grades => gains.Length;

    public string Template => teacher.Template;

    public IEnumerable<string> Notes => teacher.Notes;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        float[] found = Scores(pairs);
        for (int i = 0; i < pairs.Length; i++)
        {
            Span<double> own = distributions.Slice(i * Grades, Grades);
            calibration.Write(found[i], own);
            double gain = 0;
            for (int grade = 0; grade < Grades; grade++) gain += gains[grade] * own[grade];
            scores[i] = GradeHead.Score(transform, gain);
        }
    }

    float[] Scores(CandidatePair[] pairs)
    {
        double[] scores = new double[pairs.Length];
        teacher.Judge(pairs, scores, []);
        return [.. scores.Select(score => (float)score)];
    }

    public void Dispose() => teacher.Dispose();
}
