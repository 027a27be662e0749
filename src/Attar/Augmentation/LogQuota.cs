using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>How many queries of the log get candidates, and from which part of it: without, the few that everybody asks are all that a sample has.</summary>
/// <param name="Queries">In all; more than there are take them all.</param>
/// <param name="Head">Share of the queries that make up the first third of the searches.</param>
/// <param name="Torso">Share of those that make up the second third.</param>
/// <param name="Tail">Share of the rest, which are most.</param>
public sealed record LogQuota(int Queries, double Head = 0.2, double Torso = 0.3, double Tail = 0.5)
{
    static readonly string[] names = ["head", "torso", "tail"];

    /// <summary>The chosen queries in their order, and how many are of each part. What one part lacks the rarer ones give first.</summary>
    /// <param name="searches">How often a query was asked; queries asked equally often count as popular in their order.</param>
    internal (List<Query> Chosen, Dictionary<string, int> ByPart) Choose(IReadOnlyList<Query> queries, Func<Query, int> searches, Random random)
    {
        int[] asked = [.. queries.Select(query => Math.Max(1, searches(query)))];
        double all = asked.Sum(count => (double)count), before = 0;
        var parts = new List<int>[] { [], [], [] };
        foreach (int i in Enumerable.Range(0, queries.Count).OrderByDescending(i => asked[i]))
        {
            parts[Math.Min(2, (int)(3 * before / all))].Add(i);
            before += asked[i];
        }
        int[] quotas = PairSources.Quotas(Queries, [Head, Torso, Tail]);
        var chosen = new HashSet<int>();
        var left = parts.Select(part => Shuffle.Of(part.Count, random).Select(i => part[i]).ToArray()).ToArray();
        for (int part = 0; part < 3; part++) chosen.UnionWith(left[part].Take(quotas[part]));
        foreach (int query in left.Reverse().SelectMany(part => part))
            if (chosen.Count < Queries) chosen.Add(query);
        return ([.. queries.Where((_, i) => chosen.Contains(i))], parts.Index().ToDictionary(part => names[part.Index], part => part.Item.Count(chosen.Contains)));
    }

    /// <exception cref="InputException"/>
    internal void Check()
    {
        if (Queries < 1) throw new InputException("generate.log.queries", $"{Queries}; expected 1 or more; correct the recipe");
        double[] shares = [Head, Torso, Tail];
        if (shares.Any(share => !(share >= 0)) || Math.Abs(shares.Sum() - 1) > 1e-6)
            throw new InputException("generate.log", $"shares {string.Join(" + ", shares)}; expected numbers from 0 that add up to 1; correct the recipe");
    }
}
