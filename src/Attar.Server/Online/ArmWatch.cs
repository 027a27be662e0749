using System.Globalization;
using Attar.Online.Experiments;

namespace Attar.Server.Online;

/// <summary>The last requests of one arm, and whether they keep its limits.</summary>
sealed class ArmWatch(GuardRails limits)
{
    const int Window = 1000, EveryRequests = 25; // a percentile is sorted for: not at each request

    readonly Lock noting = new();
    readonly double[] milliseconds = new double[Window];
    readonly bool[] failures = new bool[Window], empties = new bool[Window];
    int seen, failed, empty;

    /// <returns>Why the arm is to be halted; null while it keeps its limits.</returns>
    public string? Note(double took, bool hasFailed, bool isEmpty)
    {
        lock (noting)
        {
            int place = seen % Window;
            if (seen >= Window) (failed, empty) = (failed - (failures[place] ? 1 : 0), empty - (empties[place] ? 1 : 0));
            (milliseconds[place], failures[place], empties[place]) = (took, hasFailed, isEmpty);
            (failed, empty, seen) = (failed + (hasFailed ? 1 : 0), empty + (isEmpty ? 1 : 0), seen + 1);
            int count = Math.Min(seen, Window);
            if (count < limits.Least || seen % EveryRequests != 0) return null;
            if (failed > limits.Errors * count) return Said($"{failed} of its last {count} requests failed; the limit is {limits.Errors:0.##%}");
            if (empty > limits.Empty * count) return Said($"{empty} of its last {count} answers were empty; the limit is {limits.Empty:0.##%}");
            if (limits.LatencyMs <= 0) return null;
            double[] sorted = milliseconds[..count];
            Array.Sort(sorted);
            double p95 = sorted[(int)(.95 * (count - 1))];
            return p95 > limits.LatencyMs ? Said($"its 95th percentile of {count} requests is {p95:0.#} ms; the limit is {limits.LatencyMs:0.#} ms") : null;
        }
    }

    static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
