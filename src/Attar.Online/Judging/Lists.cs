using Attar.Data;
using Attar.Evaluation;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Online.Judging;

/// <summary>A system's list for a query.</summary>
abstract class Lists
{
    /// <param name="found">What BM25 finds, best first.</param>
    /// <returns>Products, best first, each once.</returns>
    public abstract IReadOnlyList<string> Of(Query query, IReadOnlyList<Product> found);

    public static Lists Of(NamedSystem system, Workspace workspace, Dataset data, int threads) =>
        system.IsRun ? new OfRun(system, data) : system.Source == Rerankers.Bm25 ? new FirstStage() : new Reranked(system.Load(workspace, data, threads));

    sealed class FirstStage : Lists
    {
        public override IReadOnlyList<string> Of(Query query, IReadOnlyList<Product> found) => [.. found.Select(product => product.Id)];
    }

    sealed class Reranked(IReranker reranker) : Lists
    {
        public override IReadOnlyList<string> Of(Query query, IReadOnlyList<Product> found)
        {
            string[] ids = [.. found.Select(product => product.Id)];
            return ids.Length == 0 ? ids : [.. Ranking.Order(reranker.Score(query.Text, found), ids).Select(place => ids[place])];
        }
    }

    /// <summary>What another system found, as its run says it: by score.</summary>
    sealed class OfRun : Lists
    {
        readonly Dictionary<string, string[]> lists;

        public OfRun(NamedSystem system, Dataset data)
        {
            HashSet<string> products = [.. data.Products.Select(product => product.Id)];
            lists = TrecRun.Read(system.Source).Where(line => products.Contains(line.ProductId)).GroupBy(line => line.QueryId)
                .ToDictionary(query => query.Key, query => query.OrderByDescending(line => line.Score).ThenBy(line => line.Rank).Select(line => line.ProductId).ToArray());
            if (!data.Queries.Any(query => lists.ContainsKey(query.Id))) throw new InputException(system.Source, $"no line of any query of the data, such as {data.Queries.FirstOrDefault()?.Id}; expected a run of this data's queries");
        }

        public override IReadOnlyList<string> Of(Query query, IReadOnlyList<Product> found) => lists.GetValueOrDefault(query.Id, []);
    }
}
