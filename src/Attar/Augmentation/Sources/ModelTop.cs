using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation.Sources;

/// <summary>What a model puts on top of a pool of search results: where it is wrong, these are its hardest mistakes (hard negatives; Xiong et al. 2021, "ANCE").</summary>
sealed class ModelTop(string name, IReadOnlyList<Product> catalogue, IReranker model) : IPairSource
{
    const int Pool = 100; // search results that the model looks at, as many as it is given to rerank

    public string Name => name;

    public IEnumerable<int> Propose(SearchedQuery query, Random random)
    {
        int[] products = [.. query.Found.Take(Pool)];
        float[] scores;
        lock (model) scores = model.Score(query.Text, [.. products.Select(product => catalogue[product])]); // it has threads of its own
        return Enumerable.Range(0, products.Length).OrderByDescending(i => scores[i]).Select(i => products[i]);
    }
}
