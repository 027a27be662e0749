using Attar.Evaluation;
using Attar.Online.Judging;
using Attar.Online.Statistics;
using Attar.Online.Storage;

namespace Attar.Online.Readout;

/// <summary>From a task's answers to its report.</summary>
public static class JudgingReadout
{
    const int Resamples = 1000;

    public static async Task<JudgingReport> Of(JudgingStore store, JudgingTask task, CancellationToken cancel = default) => Of(task, await store.Items(task.Name, cancel), await store.Answers(task.Name, cancel));

    public static JudgingReport Of(JudgingTask task, IReadOnlyList<JudgingItem> items, IReadOnlyList<JudgingAnswer> answers)
    {
        ILookup<int, JudgingAnswer> first = answers.Where(answer => answer is { Again: false, IsAnswered: true }).ToLookup(answer => answer.Place);
        ILookup<int, JudgingAnswer> people = answers.Where(answer => answer is { Again: false, IsAnswered: true, IsModels: false }).ToLookup(answer => answer.Place);
        int[] asked = [.. Enumerable.Range(0, items.Count).Where(place => items[place].Known is null)];
        return new JudgingReport(
            task.Name, task.Kind, task.Systems, asked.Length, asked.Count(place => people[place].Count() >= task.Raters), asked.Count(place => Turn.IsDisputed(task, first[place])),
            Krippendorff.Alpha(people.Select(IReadOnlyList<int> (place) => [.. place.Select(answer => answer.Answer)]), task.Answers, Level.Ordinal),
            [.. answers.Select(answer => answer.Rater).Distinct().Order(StringComparer.Ordinal).OrderBy(rater => rater.Contains(':')).Select(rater => RaterOf(task, items, answers, people, rater))],
            task.Kind == JudgingKind.Grade ? Estimates(task, items, people) : [],
            task.Kind == JudgingKind.Compare ? Preference(asked.Select(place => people[place])) : null);
    }

    static RaterReport RaterOf(JudgingTask task, IReadOnlyList<JudgingItem> items, IReadOnlyList<JudgingAnswer> answers, ILookup<int, JudgingAnswer> people, string rater)
    {
        JudgingAnswer[] own = [.. answers.Where(answer => answer.Rater == rater)];
        Dictionary<int, int> first = own.Where(answer => answer is { Again: false, IsAnswered: true }).ToDictionary(answer => answer.Place, answer => answer.Answer);
        (int, int)[] twice = [.. own.Where(answer => answer is { Again: true, IsAnswered: true } && first.ContainsKey(answer.Place)).Select(answer => (first[answer.Place], answer.Answer))];
        (string Query, int Own, int Other)[] shared = [.. first.SelectMany(one => people[one.Key].Where(other => other.Rater != rater).Select(other => (items[one.Key].QueryId, one.Value, other.Answer)))];
        (double kappa, Interval within) = Kappa(task.Answers, shared);
        return new RaterReport(
            rater, own.Any(answer => answer.IsModels), first.Count, own.Count(answer => answer is { Again: false, IsAnswered: false }),
            twice.Length, twice.Length == 0 ? double.NaN : (double)twice.Count(one => one.Item1 == one.Item2) / twice.Length, Kappa(task.Answers, twice.Select(one => ("", one.Item1, one.Item2)).ToArray()).Kappa,
            shared.Length, kappa, within);
    }

    static (double Kappa, Interval Within) Kappa(int grades, (string Query, int Own, int Other)[] pairs)
    {
        if (pairs.Length == 0) return (double.NaN, new Interval(double.NaN, double.NaN));
        int[] own = [.. pairs.Select(pair => pair.Own)], other = [.. pairs.Select(pair => pair.Other)];
        Dictionary<string, int> queries = pairs.Select(pair => pair.Query).Distinct().Index().ToDictionary(query => query.Item, query => query.Index);
        int[] queryOf = [.. pairs.Select(pair => queries[pair.Query])];
        return (Of([.. own.Select(_ => 1)]), Bootstrap.Percentiles(Bootstrap.Pooled(queries.Count, queryOf, Of, Resamples, seed: 0)));

        double Of(int[] weights) => WeightedKappa.Quadratic(WeightedKappa.Confusion(grades, own, other, weights));
    }

    static IReadOnlyList<SystemEstimate> Estimates(JudgingTask task, IReadOnlyList<JudgingItem> items, ILookup<int, JudgingAnswer> people)
    {
        List<(int Place, JudgingItem Item)[]> done = [.. items.Index().GroupBy(one => one.Item.QueryId)
            .Where(query => query.All(one => one.Item.Known is not null || people[one.Index].Any())).Select(query => query.ToArray())];
        if (done.Count == 0) return [];
        return [.. task.Systems.Select(system =>
        {
            double[] all = [.. done.Select(query => Dcg(query, down: task.DownTo))], top = [.. done.Select(query => Dcg(query, down: task.Depth))];
            return new SystemEstimate(system, done.Count, all.Average(), Bootstrap.Mean(all, Resamples), all.Sum() > 0 ? 1 - top.Sum() / all.Sum() : double.NaN);

            double Dcg((int Place, JudgingItem Item)[] query, int down) => PooledDcg.Of(query
                .Where(one => one.Item.Ranks?.TryGetValue(system, out int rank) == true && rank <= down)
                .Select(one => (one.Item.Ranks![system], task.Scale.Gain(one.Item.Known ?? people[one.Place].Average(answer => answer.Answer)), one.Item.Share)));
        })];
    }

    static ListPreference Preference(IEnumerable<IEnumerable<JudgingAnswer>> queries)
    {
        int[] counts = new int[3];
        foreach (JudgingAnswer[] query in queries.Select(query => query.ToArray()).Where(query => query.Length > 0))
            counts[1 + Math.Sign(query.Sum(answer => answer.Answer - JudgingTask.Alike))]++;
        Proportion won = new(counts[2], counts[0] + counts[2]);
        Interval within = won.Within();
        return new ListPreference(counts[0], counts[1], counts[2], won.Value, within, SignTest.P(counts[2], counts[0]), Comparison.Judge(new Interval(within.Low - .5, within.High - .5)));
    }
}
