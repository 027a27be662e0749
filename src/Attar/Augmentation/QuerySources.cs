using Attar.Data;

namespace Attar.Augmentation;

/// <summary>Where queries come from: the reason of a pair's query, as <see cref="Sources.PairSources"/> is that of its product.</summary>
public static class QuerySources
{
    public const string Log = "log", Head = "head", Torso = "torso", Tail = "tail", Product = "product", Part = "part", Misspelt = "misspelt", Written = "written";

    /// <summary>Of the data: the log, or its stratum where one is known. Made here: of a product's words, a log query with a word left out, one misspelt, one from <see cref="GenerateStage.Writer"/>.</summary>
    public static readonly IReadOnlyList<string> All = [Log, Head, Torso, Tail, Product, Part, Misspelt, Written];

    internal static readonly string[] Strata = [Head, Torso, Tail];

    /// <summary>Each query with its stratum: the head makes up the first third of all searches, the torso the second, the tail, most queries, the rest.</summary>
    /// <param name="searches">How often a query was asked; queries asked equally often count as popular in their order.</param>
    internal static Query[] Stratified(IReadOnlyList<Query> queries, Func<Query, int> searches)
    {
        int[] asked = [.. queries.Select(query => Math.Max(1, searches(query)))];
        double all = asked.Sum(count => (double)count), before = 0;
        var stratified = new Query[queries.Count];
        foreach (int i in Enumerable.Range(0, queries.Count).OrderByDescending(i => asked[i]))
        {
            stratified[i] = queries[i] with { Source = Strata[Math.Min(2, (int)(3 * before / all))] };
            before += asked[i];
        }
        return stratified;
    }
}
