using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Heads;
using Attar.Retrieval;

namespace Attar.Labeling.Teachers;

/// <summary>An encoder of sentences as a teacher: the cosine between query and product, made into grades by what people said of the train pairs. It knows other things than a teacher that judgments have shaped, and forgot none of them.</summary>
sealed class SimilarityTeacher : ITeacher
{
    const int Sampled = 20_000; // judgments: two numbers a grade need no more
    readonly SimilarityReranker similarity;
    readonly Dictionary<string, Product> products;
    readonly IReadOnlyDictionary<string, string> queries;
    readonly GradeCalibration calibration;
    readonly ScoreTransform transform;
    readonly double[] gains;

    /// <exception cref="InputException">when there are no train judgments.</exception>
    public SimilarityTeacher(string name, string folder, ScoreTransform transform, Dataset data, IReadOnlyDictionary<string, string> queries, int threads)
    {
        (this.transform, this.queries, gains) = (transform, queries, data.Scale.Gains);
        Judgment[] train = [.. data.Judgments.Where(judgment => data.Splits.GetValueOrDefault(judgment.QueryId) == Split.Train)];
        if (train.Length == 0) throw new InputException("teachers", $"{name} finds texts alike, and what that is worth in grades it learns from train judgments, of which there are none; name a teacher that grades");
        products = data.Products.ToDictionary(product => product.Id);
        similarity = new SimilarityReranker(name, folder, threads);
        Judgment[] sample = train.Length <= Sampled ? train : [.. new Random(1).GetItems(train, Sampled)];
        calibration = new GradeCalibration(Cosines([.. sample.Select(judgment => (judgment.QueryId, judgment.ProductId))]), sample, gains.Length);
    }

    public int Grades => gains.Length;

    public string Template => "similarity";

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        float[] cosines = Cosines([.. pairs.Select(pair => (pair.QueryId, pair.ProductId))]);
        for (int i = 0; i < pairs.Length; i++)
        {
            Span<double> own = distributions.Slice(i * Grades, Grades);
            calibration.Write(cosines[i], own);
            double gain = 0;
            for (int grade = 0; grade < Grades; grade++) gain += gains[grade] * own[grade];
            scores[i] = GradeHead.Score(transform, gain);
        }
    }

    float[] Cosines((string Query, string Product)[] pairs)
    {
        var byQuery = pairs.Index().GroupBy(pair => pair.Item.Query).Select(group => (Query: group.Key, Pairs: group.ToArray())).ToArray();
        float[][] found = similarity.Score([.. byQuery.Select(group => (queries[group.Query], (IReadOnlyList<Product>)[.. group.Pairs.Select(pair => products[pair.Item.Product])]))]);
        float[] cosines = new float[pairs.Length];
        for (int group = 0; group < byQuery.Length; group++)
            for (int i = 0; i < found[group].Length; i++) cosines[byQuery[group].Pairs[i].Index] = found[group][i];
        return cosines;
    }

    public void Dispose() => similarity.Dispose();
}
