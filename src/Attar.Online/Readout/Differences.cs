using Attar.Evaluation;
using Attar.Online.Experiments;
using Attar.Online.Statistics;

namespace Attar.Online.Readout;

/// <summary>What the arms of an A/B experiment change, with the client as the unit, for clients were divided.</summary>
static class Differences
{
    static string Conversion(string action) => $"clients with {action}";

    static string Engagement(string action) => $"searches with {action}";

    /// <summary>The figure that decides: of clicks, how many of a client's searches have one; of carts and purchases, how many clients do it at all.</summary>
    public static string Deciding(string action) => action == Actions.Click ? Engagement(action) : Conversion(action);

    /// <summary>The deciding figure of each client.</summary>
    public static IEnumerable<(string Client, double Value)> Values(string action, IEnumerable<Request> requests) => Values(Deciding(action), action, requests);

    static IEnumerable<(string Client, double Value)> Values(string metric, string action, IEnumerable<Request> requests) => requests.GroupBy(request => request.Client).Select(client =>
        (client.Key, metric == Conversion(action) ? client.Any(request => request.Has(action)) ? 1.0 : 0 : client.Average(request => request.Has(action) ? 1.0 : 0)));

    /// <summary>Every metric of an arm against the control.</summary>
    public static IEnumerable<DifferenceReport> Of(Experiment experiment, Arm arm, IReadOnlyList<Request> requests, Func<string, string, double> before)
    {
        var sequence = new ConfidenceSequence(experiment.Planned);
        Request[] control = [.. requests.Where(request => request.Arm == experiment.Control.Name)], treatment = [.. requests.Where(request => request.Arm == arm.Name)];
        foreach (string action in Actions.All)
            foreach (string metric in (string[])[Conversion(action), Engagement(action)])
            {
                (double Value, double Before)[] a = With(control), b = With(treatment);
                (Moments ofA, Moments ofB) = (Moments.Of(a.Select(client => client.Value)), Moments.Of(b.Select(client => client.Value)));
                Difference difference = Difference.Of(ofA, ofB);
                Interval always = Always(difference);
                yield return new DifferenceReport(
                    arm.Name, metric, ofA.Mean, ofB.Mean, difference.Value, difference.Within(), difference.P, sequence.P(difference, a.Length + b.Length), always, Comparison.Judge(always), Reduced(a, b));

                (double, double)[] With(Request[] some) => [.. Values(metric, action, some).Select(client => (client.Value, before(client.Client, action)))];
            }

        Interval Always(Difference difference) => sequence.Within(difference, Math.Min(control.Length, treatment.Length) == 0 ? 0 : control.Concat(treatment).Select(request => request.Client).Distinct().Count());

        ReducedReport? Reduced((double Value, double Before)[] a, (double Value, double Before)[] b)
        {
            if (a.Length == 0 || b.Length == 0 || a.Concat(b).All(client => client.Before == 0)) return null;
            Cuped reduced = Cuped.Of(a, b);
            Difference difference = Difference.Of(reduced.Control, reduced.Treatment);
            return new ReducedReport(reduced.Kept, difference.Value, difference.Within(), difference.P, sequence.P(difference, a.Length + b.Length), sequence.Within(difference, a.Length + b.Length));
        }
    }

    public static IReadOnlyList<DayReport> Days(Experiment experiment, IReadOnlyList<Request> requests)
    {
        var sequence = new ConfidenceSequence(experiment.Planned);
        DateOnly[] days = [.. requests.Select(Day).Distinct().Order()];
        return [.. experiment.Arms.Skip(1).SelectMany(OfArm)];

        IEnumerable<DayReport> OfArm(Arm arm)
        {
            double p = 1;
            foreach (DateOnly day in days)
            {
                IEnumerable<Request> upTo = requests.TakeWhile(request => Day(request) <= day);
                Moments control = Moments.Of(Values(experiment.Metric, upTo.Where(request => request.Arm == experiment.Control.Name)).Select(client => client.Value));
                Moments treatment = Moments.Of(Values(experiment.Metric, upTo.Where(request => request.Arm == arm.Name)).Select(client => client.Value));
                if (control.Count == 0 || treatment.Count == 0) continue;
                Difference difference = Difference.Of(control, treatment);
                p = Math.Min(p, sequence.P(difference, control.Count + treatment.Count));
                yield return new DayReport(day, arm.Name, difference.Value, sequence.Within(difference, control.Count + treatment.Count), p);
            }
        }
    }

    static DateOnly Day(Request request) => DateOnly.FromDateTime(request.Received.UtcDateTime);
}
