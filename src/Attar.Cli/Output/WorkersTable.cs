using System.Globalization;
using Attar.Evaluation;
using Attar.Labeling;

namespace Attar.Cli.Output;

/// <summary>How far workers are, at most 80 columns wide.</summary>
static class WorkersTable
{
    const int Most = 40; // workers shown, those that are not done first

    /// <param name="price">Of a worker's hour; null: nobody said.</param>
    public static string Of(LabelProgress progress, double? price)
    {
        var text = new StringWriter { NewLine = "\n" };
        WorkerProgress[] shown = [.. progress.Workers.OrderBy(worker => worker.State == WorkerState.Ended).Take(Most)];
        new ResultTable(["part", "host", "labelled", "of", "pairs/s", ""], [.. shown.Select(worker => (string[])[
            Text($"{worker.Part}"), worker.Host.Length > 20 ? worker.Host[..20] : worker.Host, Text($"{worker.Done:n0}"), Text($"{worker.Count:n0}"), Text($"{worker.PairsPerSecond:n1}"), State(worker.State)])]).WriteTo(text);
        if (progress.Workers.Count > Most) text.WriteLine($"and {progress.Workers.Count - Most} more");
        string left = progress.Left is { } time ? time == TimeSpan.Zero ? progress.Whole == progress.Parts ? ", all parts are there: attar labels merge" : "" : $", {Speed.Spoken(time)} left" : ", nobody is at work";
        text.Write(Text($"{progress.Done:n0} of {progress.Pairs:n0} pairs ({(progress.Pairs == 0 ? 1 : (double)progress.Done / progress.Pairs):p0}), {progress.Whole} of {progress.Parts} parts whole, {progress.PairsPerSecond:n1} pairs/s{left}"));
        string all = progress.WorkInAll is { } work ? Text($" of {work.TotalHours:n1}") : "", cost = price is { } hour ? Text($", {progress.Worked.TotalHours * hour:n2}{(progress.WorkInAll is { } whole ? Text($" of {whole.TotalHours * hour:n2}") : "")} at {hour} an hour") : "";
        text.Write(Text($"\n{progress.Worked.TotalHours:n1}{all} worker hours{cost}"));
        return text.ToString();
    }

    static string State(WorkerState state) => state switch { WorkerState.AtWork => "at work", WorkerState.Lost => "lost", _ => "done" };

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
