using Attar.Evaluation;
using Attar.Online.Allocation;
using Attar.Online.Experiments;
using Attar.Online.Statistics;

namespace Attar.Online.Readout;

/// <summary>Which of two interleaved arms shoppers prefer.</summary>
static class Preferences
{
    /// <summary>How much more of an action the second arm got; below 0 where the control got more.</summary>
    public static int MoreOf(Request request, string action) => request.Teams is null ? 0 : -Credit.Of(request.Teams, request.Acts.Where(act => act.Action == action).Select(act => act.Place));

    public static PreferenceReport Of(string action, IReadOnlyList<Request> requests)
    {
        var byClient = new Dictionary<string, (double Wins, double Decided)>();
        long wins = 0, losses = 0;
        foreach (Request request in requests)
        {
            int more = MoreOf(request, action);
            if (more == 0) continue;
            if (more > 0) wins++;
            else losses++;
            (double won, double decided) = byClient.GetValueOrDefault(request.Client);
            byClient[request.Client] = (won + (more > 0 ? 1 : 0), decided + 1);
        }
        Interval always = CountMixture.Share(wins, losses);
        return new PreferenceReport(
            action, wins, losses, requests.Count - wins - losses, wins + losses > 0 ? (double)wins / (wins + losses) : double.NaN,
            byClient.Count > 0 ? ClusterBootstrap.Ratio([.. byClient.OrderBy(client => client.Key, StringComparer.Ordinal).Select(client => client.Value)]) : new Interval(0, 1),
            SignTest.P(wins, losses), CountMixture.P(wins, losses), always, Comparison.Judge(new Interval(always.Low - .5, always.High - .5)));
    }

    public static IReadOnlyList<DayReport> Days(Experiment experiment, IReadOnlyList<Request> requests)
    {
        List<DayReport> days = [];
        (long wins, long losses, double p) = (0, 0, 1);
        foreach (var day in requests.GroupBy(request => DateOnly.FromDateTime(request.Received.UtcDateTime)).OrderBy(day => day.Key))
        {
            foreach (int more in day.Select(request => MoreOf(request, experiment.Metric))) (wins, losses) = (wins + (more > 0 ? 1 : 0), losses + (more < 0 ? 1 : 0));
            p = Math.Min(p, CountMixture.P(wins, losses));
            days.Add(new DayReport(day.Key, experiment.Arms[1].Name, wins + losses > 0 ? (double)wins / (wins + losses) : .5, CountMixture.Share(wins, losses), p));
        }
        return days;
    }
}
