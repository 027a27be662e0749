using Attar.Augmentation;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Labeling.Teachers;

/// <summary>An encoder of sentences as a teacher: the cosine between query and product. It knows other things than a teacher that judgments have shaped, and forgot none of them.</summary>
sealed class SimilarityTeacher(string name, string folder, Dataset data, IReadOnlyDictionary<string, string> queries, int threads) : ITeacher
{
    readonly SimilarityReranker similarity = new(name, folder, threads);
    readonly Dictionary<string, Product> products = data.Products.ToDictionary(product => product.Id);

    public int Grades => 0;

    public string Template => "similarity";

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        var byQuery = pairs.Index().GroupBy(pair => pair.Item.QueryId).Select(group => (Query: group.Key, Pairs: group.ToArray())).ToArray();
        float[][] found = similarity.Score([.. byQuery.Select(group => (queries[group.Query], (IReadOnlyList<Product>)[.. group.Pairs.Select(pair => products[pair.Item.ProductId])]))]);
        for (int group = 0; group < byQuery.Length; group++)
            for (int i = 0; i < found[group].Length; i++) scores[byQuery[group].Pairs[i].Index] = found[group][i];
    }

    public void Dispose() => similarity.Dispose();
}
