using Attar.Recipes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Attar.Cli.Output;

/// <summary>Progress for people: a bar with rate and time left for each thing under way; notes scroll above.</summary>
sealed class LiveProgress : IProgressSink
{
    readonly Lock turn = new();
    readonly IAnsiConsole console;
    readonly ProgressContext bars;
    readonly Dictionary<string, ProgressTask> tasks = [];

    LiveProgress(IAnsiConsole console, ProgressContext bars)
    {
        this.console = console;
        this.bars = bars;
    }

    public static T While<T>(IAnsiConsole console, Func<IProgressSink, T> body) =>
        new Progress(console)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new RateColumn(), new RemainingTimeColumn())
            .Start(bars => body(new LiveProgress(console, bars)));

    public void Report(string what, long done, long total, string detail = "")
    {
        lock (turn)
        {
            if (!tasks.TryGetValue(what, out ProgressTask? task) || task.IsFinished && done < total)
            {
                tasks[what] = task = bars.AddTask(Markup.Escape(what));
                task.Increment(done);
            }
            task.IsIndeterminate = total <= 0;
            if (total > 0) task.MaxValue = total;
            task.Description = Markup.Escape(detail.Length == 0 ? what : $"{what}  {detail}");
            task.Value = done;
        }
    }

    public void Note(string line)
    {
        lock (turn)
        {
            // A note ends what came before it: a stage that skipped its last steps leaves no bar behind.
            foreach (ProgressTask task in tasks.Values.Where(task => !task.IsFinished)) task.StopTask();
            tasks.Clear();
            console.WriteLine(line);
        }
    }

    sealed class RateColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.Speed is { } speed ? Speed.Spoken(speed) + "/s" : "", new Style(Color.Grey));
    }
}
