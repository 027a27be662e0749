using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Endpoints;
using Attar.Retrieval;

namespace Attar.Labeling.Endpoints;

/// <summary>Writes the question about a pair: texts in plain words, and for chat models the judged train pairs most like it.</summary>
sealed class QuestionWriter
{
    readonly Dictionary<string, string> queries;
    readonly Dictionary<string, Product> products;
    readonly int maxCharacters, shots, votes;
    readonly Judgment[] judged = [];
    readonly Bm25Index? index; // of the judged pairs' query and title; a pair's place is its id

    /// <param name="examples">Whether the endpoint reads examples.</param>
    public QuestionWriter(Dataset dataset, IReadOnlyDictionary<string, string> queries, TeacherEndpoint endpoint, bool examples)
    {
        this.queries = new(queries);
        products = dataset.Products.ToDictionary(product => product.Id);
        maxCharacters = endpoint.MaxCharacters;
        (shots, votes) = examples ? (endpoint.ChatOrDefault.Shots, endpoint.ChatOrDefault.Votes) : (0, 1);
        if (shots == 0) return;
        // A dev query under another name would be measured with people's own answers.
        HashSet<string> heldOut = [.. dataset.Queries.Where(query => dataset.Splits.GetValueOrDefault(query.Id, Split.Train) != Split.Train).Select(query => QueryKey.Of(query.Text))];
        judged = [.. dataset.Judgments.Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId, Split.Train) == Split.Train && !heldOut.Contains(QueryKey.Of(queries[judgment.QueryId])))];
        index = new Bm25Index([.. judged.Select((judgment, i) => new Product($"{i:d9}", Words(judgment.QueryId, judgment.ProductId)))]);
    }

    /// <summary>Questions about each pair.</summary>
    public int Votes => votes;

    /// <param name="vote">From 0; each has examples of its own, as like the pair as the others'.</param>
    public Question Write(string queryId, string productId, int vote) =>
        new($"query {queryId} and product {productId}", queries[queryId], ProductDocument.Of(products[productId], maxCharacters), [.. Nearest(queryId, productId, vote).Reverse().Select(Describe)]);

    IEnumerable<Judgment> Nearest(string queryId, string productId, int vote) => index is null ? [] :
        index.Search(Words(queryId, productId), shots * votes + 1)
            .Select(hit => judged[hit.Product])
            .Where(judgment => judgment.QueryId != queryId || judgment.ProductId != productId) // its own verdict would be the answer
            .Take(shots * votes)
            .Where((_, place) => place % votes == vote);

    Example Describe(Judgment judgment) =>
        new(queries[judgment.QueryId], ProductDocument.Of(products[judgment.ProductId], maxCharacters), (int)Math.Round(judgment.Rating, MidpointRounding.AwayFromZero));

    string Words(string queryId, string productId) => $"{queries[queryId]} {products[productId].Title}";
}
