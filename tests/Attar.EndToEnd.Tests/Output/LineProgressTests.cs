using Attar.Cli.Output;

namespace Attar.EndToEnd.Tests.Output;

public class LineProgressTests
{
    sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }
        public override long TimestampFrequency => 1;
        public override long GetTimestamp() => Seconds;
    }

    readonly HandClock clock = new();
    readonly StringWriter written = new() { NewLine = "\n" };
    readonly LineProgress progress;

    public LineProgressTests() => progress = new LineProgress(written, clock);

    void At(long second, long done, long total, string detail = "")
    {
        clock.Seconds = second;
        progress.Report("teach", done, total, detail);
    }

    [Fact]
    public void A_tenth_of_the_work_gives_a_line_with_rate_and_time_left()
    {
        At(0, 0, 4000);
        At(4, 400, 4000, "loss 0.512");
        Assert.Equal("  teach: 400/4,000 (10 %), 100/s, 36 s left, loss 0.512\n", written.ToString());
    }

    [Fact]
    public void Work_that_was_done_before_a_resume_does_not_count_as_speed()
    {
        At(0, 2000, 4000);
        At(10, 2400, 4000);
        Assert.Equal("  teach: 2,400/4,000 (60 %), 40/s, 40 s left\n", written.ToString());
    }

    [Fact]
    public void Quick_work_gives_no_lines_and_slow_work_one_every_ten_seconds()
    {
        for (int second = 0; second <= 1; second++) At(second, second * 2000, 4000);
        Assert.Empty(written.ToString());
        for (int second = 2; second <= 21; second++) At(second, 2000 + second, 4000);
        Assert.Equal(2, written.ToString().Count(character => character == '\n'));
    }

    [Fact]
    public void Work_without_a_known_end_tells_its_rate_alone()
    {
        At(0, 0, 0);
        At(10, 55, 0);
        Assert.Equal("  teach: 55, 5.5/s\n", written.ToString());
    }
}
