using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>How many queries of the log get candidates, and from which part of it: without, the few that everybody asks are all that a sample has.</summary>
/// <param name="Queries">In all; more than there are take them all.</param>
/// <param name="Head">Share of the <see cref="QuerySources.Head"/>.</param>
/// <param name="Torso">Share of the torso.</param>
/// <param name="Tail">Share of the tail.</param>
public sealed record LogQuota(int Queries, double Head = 0.2, double Torso = 0.3, double Tail = 0.5)
{
    /// <summary>The chosen queries in their order. What one stratum lacks the rarer ones give first.</summary>
    internal List<Query> Choose(IReadOnlyList<Query> stratified, Random random)
    {
        Query[][] strata = [.. QuerySources.Strata.Select(name => stratified.Where(query => query.Source == name).ToArray())];
        foreach (Query[] stratum in strata) random.Shuffle(stratum);
        int[] quotas = PairSources.Quotas(Queries, [Head, Torso, Tail]);
        HashSet<string> chosen = [.. strata.Zip(quotas).SelectMany(part => part.First.Take(part.Second)).Select(query => query.Id)];
        foreach (Query query in strata.Reverse().SelectMany(stratum => stratum))
            if (chosen.Count < Queries) chosen.Add(query.Id);
        return [.. stratified.Where(query => chosen.Contains(query.Id))];
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
