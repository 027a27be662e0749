using System.Globalization;
using Attar.Workspaces;

namespace Attar.Cli.Output;

/// <summary>Progress for logs: a line every tenth of the work or ten seconds, and never two within two seconds.</summary>
sealed class LineProgress(TextWriter writer, TimeProvider clock) : IProgressSink
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromSeconds(10);
    readonly Lock turn = new();
    string what = "";
    long firstDone, lastDone, began, lastLine;

    public void Report(string what, long done, long total, string detail = "")
    {
        lock (turn)
        {
            if (what != this.what || done < lastDone)
            {
                this.what = what;
                firstDone = lastDone = done;
                began = lastLine = clock.GetTimestamp();
                return;
            }
            TimeSpan quiet = clock.GetElapsedTime(lastLine);
            bool tenth = total > 0 && done * 10 / total > lastDone * 10 / total;
            if (quiet < Shortest || !tenth && quiet < Longest) return;
            writer.WriteLine(Describe(what, done, total, Speed.Of(done - firstDone, clock.GetElapsedTime(began)), detail));
            lastLine = clock.GetTimestamp();
            lastDone = done;
        }
    }

    public void Note(string line)
    {
        lock (turn) writer.WriteLine(line);
    }

    static string Describe(string what, long done, long total, double speed, string detail)
    {
        string share = total > 0 ? string.Create(CultureInfo.InvariantCulture, $"/{total:n0} ({100.0 * done / total:0} %)") : "";
        string left = total > 0 && speed > 0 ? $", {Speed.Spoken(TimeSpan.FromSeconds((total - done) / speed))} left" : "";
        string line = string.Create(CultureInfo.InvariantCulture, $"  {what}: {done:n0}{share}, {Speed.Spoken(speed)}/s{left}");
        return detail.Length == 0 ? line : $"{line}, {detail}";
    }
}
