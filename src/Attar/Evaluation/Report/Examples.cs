namespace Attar.Evaluation.Report;

/// <summary>Queries drawn at random, their products as each system ranks them.</summary>
static class Examples
{
    const int Queries = 10, Ranks = 6;

    public static Html Draw(IReadOnlyList<JudgedQuery> queries, IReadOnlyList<SystemScores> systems, ulong seed) =>
        Html.Join("", Choose(queries, seed).Select((q, place) => Draw(queries[q], q, systems, open: place < 3)));

    /// <summary>Drawn from the queries on which rankings can differ, shown in the catalogue's order.</summary>
    static IEnumerable<int> Choose(IReadOnlyList<JudgedQuery> queries, ulong seed)
    {
        List<int> eligible = [.. Enumerable.Range(0, queries.Count).Where(q => queries[q].Products.Length >= 3 && queries[q].Gains.Distinct().Count() > 1)];
        var draws = new SplitMix64(seed);
        SortedSet<int> chosen = [];
        while (chosen.Count < Math.Min(Queries, eligible.Count)) chosen.Add(eligible[draws.Below(eligible.Count)]);
        return chosen;
    }

    public static Html Draw(JudgedQuery query, int q, IReadOnlyList<SystemScores> systems, bool open) => Html.Of($"""
        <details{(open ? " open" : "")}><summary><bdi>{query.Query.Text}</bdi> <small>{query.Products.Length} judged products</small></summary>
        {Sides(query, q, systems)}</details>

        """);

    /// <summary>A query's products as each system ranks them.</summary>
    /// <param name="q">Its place among the queries that the systems scored.</param>
    public static Html Sides(JudgedQuery query, int q, IReadOnlyList<SystemScores> systems) => Html.Of($"""<div class="sides">{systems.Select((system, s) => Ranked(query, system.Name, system.Scores[q], s))}</div>""");

    static Html Ranked(JudgedQuery query, string system, float[] scores, int place) => Html.Of($"""
        <section><h3 class="s{place % 6}">{system} <small>NDCG@5 {ResultTable.Figure(Ndcg.At(5, scores, query.Gains, query.ProductIds))}</small></h3>
        <ol>{Ranking.Order(scores, query.ProductIds).Take(Ranks).Select(p => Html.Of($"""<li><span class="chip g{(int)Math.Round(4 * query.Gains[p])}">{query.Ratings[p]:0.#}</span> <bdi>{query.Products[p].Title}</bdi> <small>{(double)scores[p]:0.00}</small></li>"""))}</ol></section>
        """);
}
