using System.Globalization;
using Attar.Data;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Candidates">How many products the first stage found; all of them were reranked.</param>
/// <param name="Experiment">Where the search is part of one; its one list is then the only one.</param>
sealed record SearchAnswer(string Query, int Candidates, IReadOnlyList<SystemAnswer> Systems, SearchExperiment? Experiment);

/// <param name="Arm">Whose list it is; null where two are interleaved.</param>
/// <param name="Teams">Place by place, whom an interleaved list owes it to: A is the control, B the other, - neither.</param>
/// <param name="QueryId">What events are to name.</param>
sealed record SearchExperiment(string Name, string? Arm, string? Teams, string QueryId);

/// <param name="Ms">Time to search the catalogue, or to rerank the candidates.</param>
/// <param name="Unscored">Candidates that the deadline left in the first stage's order, after the others.</param>
/// <param name="Below">Candidates that scored too low to be shown.</param>
/// <param name="Lowest">Of the scores of all candidates shown, for drawing; equal to <paramref name="Highest"/> when the system tells none apart.</param>
sealed record SystemAnswer(string Name, double Ms, int? Unscored, int? Below, double Lowest, double Highest, IReadOnlyList<SearchResult> Results);

/// <param name="Ranks">This product's rank in every system, in the order of the systems; 0 where a system leaves it out.</param>
sealed record SearchResult(int Rank, string Id, string Title, string Brand, string Category, double Score, bool? Scored, IReadOnlyList<int> Ranks);

/// <summary>
/// <c>GET /search?q=&amp;size=10&amp;candidates=100&amp;systems=student</c>: the first stage's candidates as every system orders them, side by
/// side; <c>systems</c> names those wanted, separated by commas, <c>min_score</c> what a model's products must score, as a logit or
/// <c>calibrated</c>. With <c>experiment</c> and <c>client</c> it is the one list that the
/// experiment has for this client.
/// </summary>
static class Search
{
    /// <summary>The name of the first column.</summary>
    public const string FirstStage = "bm25";

    const int LongestQuery = 500, MostCandidates = 1000;

    sealed record Column(string Name, double Ms, Verdicts Verdicts, int[] Order);

    public static void MapSearch(this IEndpointRouteBuilder routes) => routes.MapGet("/search", Answer);

    static async Task<JsonHttpResult<SearchAnswer>> Answer(HttpContext context, Scorer scorer, ArmRanking ranking, OnlineLab lab, ServerOptions options, OpenStorefront storefront, ModelShelf shelf, TimeProvider clock)
    {
        string query = context.Request.Query["q"].ToString().Trim();
        if (query == "") throw new RequestRefused(Refusal.Invalid, "q: type what to search for");
        if (query.Length > LongestQuery) throw new RequestRefused(Refusal.Invalid, $"q: at most {LongestQuery} characters");
        int size = Number(context.Request, "size", 10);
        int candidates = Number(context.Request, "candidates", 100);
        MinScore? least = Least(context.Request) ?? options.Least;
        string[] systems = Systems(context.Request, shelf);
        if (systems.Length > 0) scorer.Refuse(Exchange.Of(context));

        if (lab.IsOn && (context.Request.Query.ContainsKey("experiment") || context.Request.Headers.ContainsKey(Trial.ExperimentHeader)))
            return await OfExperiment(context, query, size, candidates, least, ranking, storefront, clock);

        long begun = clock.GetTimestamp();
        IReadOnlyList<(Product Product, float Score)> found = storefront.Now.FirstStage.Search(query, candidates);
        List<Column> columns = [new(FirstStage, Since(begun), new Verdicts(FirstStage, [.. found.Select(hit => (float?)hit.Score)], 0, default), [.. Enumerable.Range(0, found.Count)])];
        Reading[] readings = [.. found.Select(hit => Reading.Of(hit.Product))];
        foreach (string name in systems)
        {
            begun = clock.GetTimestamp();
            Verdicts verdicts = found.Count == 0 ? new Verdicts(name, [], 0, default) : await scorer.Score(name, query, readings, Exchange.Of(context), least);
            columns.Add(new Column(name, Since(begun), verdicts, verdicts.Order()));
        }

        int[][] ranks = [.. columns.Select(column => Ranks(column.Order, found.Count))]; // (systems, candidates)
        return TypedResults.Json(new SearchAnswer(query, found.Count, [.. columns.Select(Describe)], null), ServerJson.Default.SearchAnswer);

        double Since(long start) => clock.GetElapsedTime(start).TotalMilliseconds;

        SystemAnswer Describe(Column column)
        {
            double[] scores = [.. column.Order.Select(index => column.Verdicts.Written(index, raw: true))];
            return new SystemAnswer(
                column.Name,
                column.Ms,
                column.Verdicts.Unscored is > 0 and int unscored ? unscored : null,
                column.Verdicts.Below is > 0 and int below ? below : null,
                scores.DefaultIfEmpty().Min(),
                scores.DefaultIfEmpty().Max(),
                [.. column.Order.Take(size).Select((index, place) => Result(found[index].Product, place + 1, scores[place], column.Verdicts.Mark(index), [.. ranks.Select(system => system[index])]))]);
        }
    }

    static async Task<JsonHttpResult<SearchAnswer>> OfExperiment(HttpContext context, string query, int size, int candidates, MinScore? least, ArmRanking ranking, OpenStorefront storefront, TimeProvider clock)
    {
        long begun = clock.GetTimestamp();
        IReadOnlyList<(Product Product, float Score)> found = storefront.Now.FirstStage.Search(query, candidates);
        Ranked ranked = await ranking.Rank(context, null, query, [.. found.Select(hit => Reading.Of(hit.Product))], index => found[index].Product.Id, least, size);
        int[] order = ranked.Verdicts.Order();
        double[] scores = [.. order.Select(index => ranked.Verdicts.Written(index, raw: true))];
        SystemAnswer list = new(
            ranked.Verdicts.Model, clock.GetElapsedTime(begun).TotalMilliseconds, ranked.Verdicts.Unscored is > 0 and int unscored ? unscored : null, ranked.Verdicts.Below is > 0 and int below ? below : null, scores.DefaultIfEmpty().Min(), scores.DefaultIfEmpty().Max(),
            [.. order.Take(size).Select((index, place) => Result(found[index].Product, place + 1, scores[place], ranked.Verdicts.Mark(index), [place + 1]))]);
        SearchExperiment? experiment = ranked.Trial is { Counted: true } trial ? new(trial.Experiment.Name, trial.Arm?.Name, ranked.Teams?[..Math.Min(ranked.Teams.Length, size)], trial.QueryId) : null;
        return TypedResults.Json(new SearchAnswer(query, found.Count, [list], experiment), ServerJson.Default.SearchAnswer);
    }

    static SearchResult Result(Product product, int rank, double score, bool? scored, int[] ranks) =>
        new(rank, product.Id, product.Title, product.Brand, product.Category, score, scored, ranks);

    /// <summary>From which product stands at each place, to the place (from 1) of each product.</summary>
    static int[] Ranks(int[] order, int candidates)
    {
        int[] ranks = new int[candidates];
        for (int place = 0; place < order.Length; place++) ranks[order[place]] = place + 1;
        return ranks;
    }

    static string[] Systems(HttpRequest request, ModelShelf shelf)
    {
        string[] served = [.. shelf.Systems];
        string text = request.Query["systems"].ToString();
        if (text == "") return served;
        string[] asked = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(name => name != FirstStage)
            .Select(name => shelf.Knows(name) ? name : name.Replace(' ', '+')).Distinct()]; // what a form makes of a plus
        return asked.All(shelf.Knows) ? asked : throw new RequestRefused(Refusal.Invalid, $"systems: expected some of {string.Join(", ", served)}, separated by commas");
    }

    static MinScore? Least(HttpRequest request) => request.Query["min_score"].ToString() is not { Length: > 0 } text ? null
        : MinScore.Parse(text, raw: true) ?? throw new RequestRefused(Refusal.Invalid, $"min_score: expected {MinScore.Expected(raw: true)}");

    static int Number(HttpRequest request, string name, int otherwise)
    {
        string text = request.Query[name].ToString();
        if (text == "") return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostCandidates
            ? number
            : throw new RequestRefused(Refusal.Invalid, $"{name}: expected a whole number from 1 to {MostCandidates}");
    }
}
