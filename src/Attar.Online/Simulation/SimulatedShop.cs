using Attar.Data.Shop;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Online.Simulation;

/// <summary>What simulated shoppers meet: for each query, the true grades (0 to 3) of the products that search finds, from the generated shop.</summary>
/// <param name="Grades">(queries, candidates)</param>
public sealed record SimulatedShop(IReadOnlyList<int[]> Grades)
{
    /// <summary>Products of each list: nearly nobody looks further.</summary>
    const int Candidates = 30;

    /// <summary>A generated shop's own search and truth; queries whose products are all alike are left out, for no order of these is better than another.</summary>
    public static SimulatedShop Of(ulong seed, IProgressSink progress, int products = 2000, int queries = 400)
    {
        var shop = GeneratedShop.Create(new ShopOptions(Products: products, Queries: queries, JudgedTrainQueries: 1, JudgedPerQuery: 2, Seed: (int)(seed & 0xFFFF)), progress);
        ISearch search = new Bm25Index(shop.Data.Products);
        return new SimulatedShop([.. shop.Data.Queries
            .Select(query => search.Search(query.Text, Candidates).Select(hit => shop.TrueGradeOf(query.Id, hit.Product.Id)).ToArray())
            .Where(grades => grades.Length == Candidates && grades.Distinct().Count() > 1)]);
    }
}
