using Attar.Augmentation;
using Attar.Labeling.Teachers;
using Attar.Models.Heads;

namespace Attar.Labeling.Cascading;

/// <summary>
/// Cheap teachers judge every pair, and a dear one besides the queries of most <see cref="Doubt"/>. All products of a query are scored by one mixture, so no
/// margin has two teachers' scales in it, and both mixtures are on the scale of people's gains, so that scores of different queries compare.
/// </summary>
/// <remarks>The doubt from which a query is asked about comes from queries evenly spread over all pairs: every worker, and every process after a stopped one, finds the same.</remarks>
sealed class CascadeTeacher : ITeacher
{
    const int Sampled = 1000; // queries: what is asked then lies within some 2.5 points of a share of a fifth
    const int AtOnce = 2048; // pairs

    readonly IReadOnlyList<ITeacher> cheap;
    readonly ITeacher dear;
    readonly Mixture unasked, asked;
    readonly ScoreTransform transform;
    readonly QueryGroups groups;
    readonly Func<CandidatePair, bool> knows;
    Group[] of = []; // (pairs of the last call)

    /// <param name="cheap">Its own from here on, as the dear one.</param>
    /// <param name="pairs">All that are to be labelled, a query's together.</param>
    /// <param name="knows">Whether a pair can be asked about.</param>
    public CascadeTeacher(IReadOnlyList<ITeacher> cheap, ITeacher dear, Mixture unasked, Mixture asked, ScoreTransform transform, double share, IEnumerable<CandidatePair> pairs, Func<CandidatePair, bool> knows, CancellationToken cancel)
    {
        (this.cheap, this.dear, this.unasked, this.asked, this.transform, this.knows) = (cheap, dear, unasked, asked, transform, knows);
        groups = new QueryGroups(pairs);
        int every = Math.Max(1, groups.All().Count() / Sampled);
        var doubts = new List<(double, int)>();
        foreach (CandidatePair[][] some in Batches(groups.All().Where((_, i) => i % every == 0)))
        {
            cancel.ThrowIfCancellationRequested();
            doubts.AddRange(Judged(some).Select(group => (group.Doubt, group.Places.Count)));
        }
        SampledQueries = doubts.Count;
        From = Doubt.From(doubts, share);
    }

    /// <summary>The doubt from which a query is asked about.</summary>
    public double From { get; }

    public int SampledQueries { get; }

    public int Grades => dear.Grades;

    public string Template => string.Join(',', cheap.Append(dear).Select(teacher => teacher.Template));

    public IEnumerable<string> Notes => cheap.Append(dear).SelectMany(teacher => teacher.Notes);

    public bool? Asked(int place) => of[place].Doubt >= From;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        Look(pairs);
        int[] places = [.. Enumerable.Range(0, pairs.Length).Where(i => of[i].Doubt >= From)];
        Opinions ofDear = Opinions.Of([dear], [.. places.Select(i => pairs[i])]);
        for (int i = 0, next = 0; i < pairs.Length; i++)
        {
            Opinions said = of[i].Said.At([of[i].Places[pairs[i].ProductId]]);
            Mixture mixture = unasked;
            if (next < places.Length && places[next] == i) (said, mixture) = (said.With(ofDear.At([next++])), asked);
            double score = mixture.Score(said, 0);
            scores[i] = transform == ScoreTransform.ExpectedGain ? 1 / (1 + Math.Exp(-score)) : score;
            mixture.Write(said, 0, distributions.Slice(i * Grades, Grades));
        }
    }

    /// <summary>Finds each pair's group; the last one may go on in the next call.</summary>
    void Look(CandidatePair[] pairs)
    {
        Group? last = of.LastOrDefault();
        var found = new int[pairs.Length]; // places in open, -1 the last one
        var open = new List<CandidatePair[]>();
        for (int i = 0; i < pairs.Length; i++)
            if (open.Count > 0 && Has(open[^1], pairs[i])) found[i] = open.Count - 1;
            else if (last is not null && open.Count == 0 && last.Has(pairs[i])) found[i] = -1;
            else
            {
                open.Add(groups.Around(pairs[i]));
                found[i] = open.Count - 1;
            }
        Group[] judged = [.. Batches(open).SelectMany(Judged)];
        of = [.. found.Select(place => place < 0 ? last! : judged[place])];

        static bool Has(CandidatePair[] group, CandidatePair pair) => group[0].QueryId == pair.QueryId && group.Any(other => other.ProductId == pair.ProductId);
    }

    IEnumerable<Group> Judged(CandidatePair[][] some)
    {
        CandidatePair[][] known = [.. some.Select(group => group.Where(knows).ToArray())];
        Opinions said = Opinions.Of(cheap, [.. known.SelectMany(group => group)]);
        int start = 0;
        foreach (CandidatePair[] group in known)
        {
            yield return new Group(group, said.At([.. Enumerable.Range(start, group.Length)]), unasked.Weights);
            start += group.Length;
        }
    }

    static IEnumerable<CandidatePair[][]> Batches(IEnumerable<CandidatePair[]> groups)
    {
        var batch = new List<CandidatePair[]>();
        foreach (CandidatePair[] group in groups)
        {
            batch.Add(group);
            if (batch.Sum(own => own.Length) < AtOnce) continue;
            yield return [.. batch];
            batch.Clear();
        }
        if (batch.Count > 0) yield return [.. batch];
    }

    public void Dispose()
    {
        groups.Dispose();
        foreach (ITeacher teacher in cheap.Append(dear)) teacher.Dispose();
    }

    /// <summary>The known products of a query, and what the cheap teachers say of them.</summary>
    sealed class Group(CandidatePair[] pairs, Opinions said, double[] weights)
    {
        public Dictionary<string, int> Places { get; } = pairs.Select((pair, place) => (pair.ProductId, place)).DistinctBy(entry => entry.ProductId).ToDictionary(entry => entry.ProductId, entry => entry.place);

        public Opinions Said => said;

        public double Doubt { get; } = pairs.Length == 0 ? 0 : Cascading.Doubt.Of(said.Scores, weights);

        public bool Has(CandidatePair pair) => pairs.Length > 0 && pairs[0].QueryId == pair.QueryId && Places.ContainsKey(pair.ProductId);
    }
}
