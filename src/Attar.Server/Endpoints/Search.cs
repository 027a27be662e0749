using System.Globalization;
using Attar.Data;
using Attar.Retrieval;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Candidates">How many products the first stage found; all of them were reranked.</param>
sealed record SearchAnswer(string Query, int Candidates, IReadOnlyList<SystemAnswer> Systems);

/// <param name="Ms">Time to search the catalogue, or to rerank the candidates.</param>
/// <param name="Lowest">Of all candidates' scores, for drawing; equal to <paramref name="Highest"/> when the system tells none apart.</param>
sealed record SystemAnswer(string Name, double Ms, double Lowest, double Highest, IReadOnlyList<SearchResult> Results);

/// <param name="Ranks">This product's rank in every system, in the order of the systems.</param>
sealed record SearchResult(int Rank, string Id, string Title, string Brand, string Category, double Score, IReadOnlyList<int> Ranks);

/// <summary><c>GET /search?q=&amp;size=10&amp;candidates=100</c>: one query through every system, side by side.</summary>
static class Search
{
    /// <summary>The name of the first column.</summary>
    public const string FirstStage = "bm25";

    const int LongestQuery = 500, MostCandidates = 1000;

    sealed record Column(string Name, double Ms, float[] Scores, int[] Order);

    public static void MapSearch(this IEndpointRouteBuilder routes) => routes.MapGet("/search", Answer);

    static async Task<JsonHttpResult<SearchAnswer>> Answer(HttpContext context, Engine engine, Storefront storefront, TimeProvider clock)
    {
        string query = context.Request.Query["q"].ToString().Trim();
        if (query == "") throw new RequestRefused(Refusal.Invalid, "q: type what to search for");
        if (query.Length > LongestQuery) throw new RequestRefused(Refusal.Invalid, $"q: at most {LongestQuery} characters");
        int size = Number(context.Request, "size", 10);
        int candidates = Number(context.Request, "candidates", 100);
        SearchAnswer answer = await engine.TakeTurn(
            () => SideBySide(storefront, clock, query, size, candidates, context.RequestAborted), context.RequestAborted);
        return TypedResults.Json(answer, ServerJson.Default.SearchAnswer);
    }

    static SearchAnswer SideBySide(Storefront storefront, TimeProvider clock, string query, int size, int count, CancellationToken gone)
    {
        long begun = clock.GetTimestamp();
        IReadOnlyList<(Product Product, float Score)> found = storefront.FirstStage.Search(query, count);
        float[] firstScores = Engine.Checked(FirstStage, [.. found.Select(hit => hit.Score)], found.Count);
        List<Column> columns = [new(FirstStage, Since(begun), firstScores, [.. Enumerable.Range(0, found.Count)])];

        Product[] products = [.. found.Select(hit => hit.Product)];
        foreach (IReranker reranker in storefront.Rerankers)
        {
            gone.ThrowIfCancellationRequested();
            begun = clock.GetTimestamp();
            float[] scores = products.Length == 0 ? [] : Engine.Checked(reranker.Name, reranker.Score(query, products), products.Length);
            columns.Add(new Column(reranker.Name, Since(begun), scores, Ranking.Order(scores)));
        }

        int[][] ranks = [.. columns.Select(column => Ranks(column.Order))]; // (systems, candidates)
        return new SearchAnswer(query, products.Length,
        [
            .. columns.Select(column => new SystemAnswer(
                column.Name,
                column.Ms,
                column.Scores.DefaultIfEmpty().Min(),
                column.Scores.DefaultIfEmpty().Max(),
                [.. column.Order.Take(size).Select((index, place) => Result(products[index], place + 1, column.Scores[index], [.. ranks.Select(system => system[index])]))])),
        ]);

        double Since(long start) => clock.GetElapsedTime(start).TotalMilliseconds;
    }

    static SearchResult Result(Product product, int rank, float score, int[] ranks) =>
        new(rank, product.Id, product.Title, product.Brand, product.Category, score, ranks);

    /// <summary>From which product stands at each place, to the place (from 1) of each product.</summary>
    static int[] Ranks(int[] order)
    {
        int[] ranks = new int[order.Length];
        for (int place = 0; place < order.Length; place++) ranks[order[place]] = place + 1;
        return ranks;
    }

    static int Number(HttpRequest request, string name, int otherwise)
    {
        string text = request.Query[name].ToString();
        if (text == "") return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostCandidates
            ? number
            : throw new RequestRefused(Refusal.Invalid, $"{name}: expected a whole number from 1 to {MostCandidates}");
    }
}
