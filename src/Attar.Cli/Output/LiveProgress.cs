using Attar.Workspaces;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Attar.Cli.Output;

/// <summary>Progress for people: a bar with rate and time left for what is under way; notes scroll above it.</summary>
sealed class LiveProgress : IProgressSink
{
    readonly Lock turn = new();
    readonly IAnsiConsole console;
    readonly ProgressContext bars;
    string what = "";
    ProgressTask? bar;

    LiveProgress(IAnsiConsole console, ProgressContext bars)
    {
        this.console = console;
        this.bars = bars;
    }

    public static T While<T>(IAnsiConsole console, Func<IProgressSink, T> body) =>
        new Progress(console)
            .HideCompleted(true)
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new RateColumn(), new RemainingTimeColumn())
            .Start(bars => body(new LiveProgress(console, bars)));

    public void Report(string what, long done, long total, string detail = "")
    {
        lock (turn)
        {
            if (bar is null || what != this.what || done < bar.Value)
            {
                bar?.StopTask(); // work is reported one thing after another
                this.what = what;
                bar = bars.AddTask(Markup.Escape(what));
            }
            bar.IsIndeterminate = total <= 0;
            bar.MaxValue = Math.Max(total, 1);
            bar.Description = Markup.Escape(detail.Length == 0 ? what : $"{what}  {detail}");
            bar.Value = done;
        }
    }

    public void Note(string line)
    {
        lock (turn)
        {
            bar?.StopTask();
            bar = null;
            console.WriteLine(line);
        }
    }

    sealed class RateColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.Speed is { } speed ? Speed.Spoken(speed) + "/s" : "", new Style(Color.Grey));
    }
}
