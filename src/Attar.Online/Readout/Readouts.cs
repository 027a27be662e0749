using Attar.Evaluation;
using Attar.Online.Allocation;
using Attar.Online.Experiments;
using Attar.Online.Statistics;
using Attar.Online.Storage;

namespace Attar.Online.Readout;

/// <summary>From what the store holds to a report.</summary>
public static class Readouts
{
    /// <param name="state">In words; null: as the store and its own times say.</param>
    public static async Task<ExperimentReport> Of(OnlineStore store, ExperimentState known, DateTimeOffset now, string? state = null)
    {
        IReadOnlyList<Request> requests = Request.Join(await store.QueriesOf(known.Name), await store.EventsOf(known.Name));
        DateTimeOffset begun = requests.Count > 0 ? requests[0].Received : known.Begun;
        ILookup<string, (string Action, long Count)> before = (await store.Before(known.Name, begun)).ToLookup(row => row.Client, row => (Actions.Named(row.Action), row.Count));
        return Of(Experiment.OfDefinition(known.Definition), known, requests, (client, action) => before[client].Where(row => row.Action == action).Sum(row => row.Count), begun, now, state);
    }

    /// <param name="before">How often a client did something before the experiment began.</param>
    public static ExperimentReport Of(Experiment experiment, ExperimentState known, IReadOnlyList<Request> requests, Func<string, string, double> before, DateTimeOffset begun, DateTimeOffset now, string? state = null)
    {
        Dictionary<string, string> halts = known.Halts.ToDictionary(halt => halt.Arm, halt => halt.Reason);
        bool interleaved = experiment.Kind == ExperimentKind.Interleave;
        ArmReport[] arms = [.. experiment.Arms.Select(arm => ArmOf(arm, interleaved ? requests : [.. requests.Where(request => request.Arm == arm.Name)], halts.GetValueOrDefault(arm.Name)))];
        int clients = requests.Select(request => request.Client).Distinct().Count();
        IReadOnlyList<PreferenceReport> preferences = interleaved ? [.. Actions.All.Select(action => Preferences.Of(action, requests))] : [];
        IReadOnlyList<DifferenceReport> differences = interleaved ? [] : [.. experiment.Arms.Skip(1).SelectMany(arm => Differences.Of(experiment, arm, requests, before))];
        MismatchReport? mismatch = interleaved ? null : MismatchOf(experiment, arms);
        return new ExperimentReport(
            experiment.Name, experiment.Kind, experiment.Metric, state ?? StateOf(experiment, known, now), VerdictOf(experiment, preferences, differences, mismatch),
            begun, requests.Count > 0 ? requests[^1].Received : null, requests.Count, clients, arms, mismatch, preferences, differences,
            interleaved ? Preferences.Days(experiment, requests) : Differences.Days(experiment, requests), PlacesOf(requests), NeedsOf(experiment, requests));
    }

    /// <summary>In words, as far as the store and the clock know.</summary>
    public static string StateOf(Experiment experiment, ExperimentState known, DateTimeOffset now)
    {
        if (known.Stopped is { } stopped && stopped <= now) return FormattableString.Invariant($"stopped {stopped:yyyy-MM-dd HH:mm} UTC");
        if (experiment.Arms.Skip(1).All(arm => known.Halts.Any(halt => halt.Arm == arm.Name))) return "halted: " + string.Join("; ", known.Halts.Select(halt => halt.Reason).Distinct());
        if (!experiment.RunsAt(now)) return experiment.Start > now ? FormattableString.Invariant($"begins {experiment.Start:yyyy-MM-dd HH:mm} UTC") : FormattableString.Invariant($"ended {experiment.Stop:yyyy-MM-dd HH:mm} UTC");
        return FormattableString.Invariant($"running with {known.Traffic ?? experiment.TrafficAt(now):0.##%} of the clients");
    }

    static string VerdictOf(Experiment experiment, IReadOnlyList<PreferenceReport> preferences, IReadOnlyList<DifferenceReport> differences, MismatchReport? mismatch)
    {
        if (mismatch is { Alarm: true }) return "not to be believed: the arms did not get their shares of the clients";
        return string.Join("; ", experiment.Arms.Skip(1).Select(arm =>
        {
            string verdict = preferences.FirstOrDefault(one => one.Action == experiment.Metric)?.Verdict ?? differences.FirstOrDefault(one => one.Arm == arm.Name && one.Metric == Differences.Deciding(experiment.Metric))?.Verdict ?? Comparison.NotShown;
            return verdict == Comparison.NotShown ? $"no difference between {arm.Name} and {experiment.Control.Name} is shown yet" : $"{arm.Name} is {verdict} than {experiment.Control.Name}";
        }));
    }

    static ArmReport ArmOf(Arm arm, IReadOnlyList<Request> requests, string? halted)
    {
        double[] times = [.. requests.Select(request => request.Ms).OfType<double>().Order()];
        return new ArmReport(arm.Name, arm.Ranker, requests.Count, requests.Select(request => request.Client).Distinct().Count(), times.Length > 0 ? times[(int)(.95 * (times.Length - 1))] : null, halted);
    }

    static MismatchReport MismatchOf(Experiment experiment, ArmReport[] arms)
    {
        long[] counts = [.. arms.Select(arm => (long)arm.Clients)];
        double[] weights = [.. experiment.Arms.Select(arm => arm.Weight)];
        double always = CountMixture.P(counts, weights, CountMixture.OfRatios);
        return new MismatchReport(RatioMismatch.P(counts, weights), always, always < RatioMismatch.Alarm);
    }

    /// <summary>How much oftener the first places are clicked than later ones, whatever stands there: what a ranker's places do by themselves.</summary>
    static PlaceReport[] PlacesOf(IReadOnlyList<Request> requests)
    {
        long[] shown = new long[Credit.Places], clicked = new long[Credit.Places];
        foreach (Request request in requests)
        {
            for (int place = 0; place < Math.Min(request.Shown, Credit.Places); place++) shown[place]++;
            foreach (int place in request.Acts.Where(act => act.Action == Actions.Click && act.Place is >= 0 and < Credit.Places).Select(act => act.Place).Distinct()) clicked[place]++;
        }
        return [.. Enumerable.Range(0, Credit.Places).Where(place => shown[place] > 0).Select(place => new Proportion(clicked[place], shown[place]) is var share
            ? new PlaceReport(place + 1, shown[place], clicked[place], share.Value, share.Within()) : null!)];
    }

    static NeedReport[] NeedsOf(Experiment experiment, IReadOnlyList<Request> requests)
    {
        if (requests.Count < 100) return [];
        double days = Math.Max(1 / 24.0, (requests[^1].Received - requests[0].Received).TotalDays), aDay = requests.Count / days;
        if (experiment.Kind == ExperimentKind.Interleave)
        {
            double decided = requests.Average(request => Preferences.MoreOf(request, experiment.Metric) != 0 ? 1.0 : 0);
            return decided == 0 ? [] : [.. ((double[])[.51, .52, .55]).Select(share => Power.Decisions(share) / decided is var units ? new NeedReport($"{share:0%} of the decided searches won", units, units / aDay) : null!)];
        }
        Moments clients = Moments.Of(Differences.Values(experiment.Metric, requests).Select(client => client.Value));
        double each = (double)requests.Count / clients.Count;
        return clients.Mean == 0 ? [] : [.. ((double[])[.01, .02, .05]).Select(more => 2 * each * Power.Clients(more * clients.Mean, Math.Sqrt(clients.Variance)) is var units ? new NeedReport($"{more:0%} more", units, units / aDay) : null!)];
    }
}
