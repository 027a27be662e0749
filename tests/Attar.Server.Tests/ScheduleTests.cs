using Attar.Models.Tokenizers;
using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using FsCheck.Fluent;

namespace Attar.Server.Tests;

/// <summary>Who is served when, on a clock that only passes move.</summary>
public class ScheduleTests
{
    const int PairTokens = 25, Budget = 1000;
    const double Pace = 70; // tokens a millisecond: a list of 100 pairs takes 36 ms

    readonly HandClock clock = new();
    readonly ServedModel model = new("student", "", DateTimeOffset.UnixEpoch, new TextModel(TestServer.ByLength), new ServerOptions());

    public ScheduleTests() => model.Pace.Note((int)(1000 * Pace), TimeSpan.FromSeconds(1));

    Job Arrive(int pairs, double? deadlineMs = null, string client = "")
    {
        TokenPair pair = new(new int[PairTokens], new byte[PairTokens], new byte[PairTokens]);
        return new Job(model, [.. Enumerable.Repeat(pair, pairs)], deadlineMs is { } ms ? clock.GetTimestamp() + (long)(1000 * ms) : null) { Arrived = clock.GetTimestamp(), Client = client };
    }

    /// <summary>Serves jobs until all have ended.</summary>
    /// <param name="arriving">At which millisecond each comes, in order.</param>
    /// <returns>When each ended.</returns>
    Dictionary<Job, double> Serve(IEnumerable<(double Ms, Func<Job> Job)> arriving, double pace = Pace)
    {
        var coming = new Queue<(double Ms, Func<Job> Job)>(arriving);
        var ended = new Dictionary<Job, double>();
        List<Job> line = [];
        var turns = new Turns();
        while (line.Count + coming.Count > 0)
        {
            if (line.Count == 0) clock.Ms = Math.Max(clock.Ms, coming.Peek().Ms);
            double now = clock.Ms;
            while (coming.TryPeek(out var next) && next.Ms <= now)
            {
                clock.Ms = next.Ms; // it came while a pass was computed
                line.Add(coming.Dequeue().Job());
            }
            clock.Ms = now;
            foreach (Job late in line.Where(job => job.IsLate(clock))) ended[late] = clock.Ms;
            line.RemoveAll(ended.ContainsKey);
            if (line.Count == 0) continue;
            Pass pass = Pass.Next(line, turns.Next(line.Select(job => job.Client)), Budget, clock);
            clock.Ms += pass.Tokens / pace;
            foreach (Slice slice in pass.Slices)
            {
                if (slice.Job.TimeLeft(clock) >= TimeSpan.Zero) slice.Job.Done += slice.Count;
                slice.Job.TokensLeft -= slice.Tokens;
                turns.Charge(slice.Job.Client, TimeSpan.FromMilliseconds(slice.Tokens / pace));
                if (slice.Job.TokensLeft == 0) ended[slice.Job] = clock.Ms;
            }
            line.RemoveAll(ended.ContainsKey);
        }
        return ended;
    }

    [Fact]
    public void A_lone_list_is_computed_in_even_parts()
    {
        Job job = Arrive(100);
        Assert.Equal([33, 33, 34], Enumerable.Range(0, 3).Select(_ =>
        {
            Slice slice = Pass.Next([job], "", Budget, clock).Slices.Single();
            job.Done += slice.Count;
            job.TokensLeft -= slice.Tokens;
            return slice.Count;
        }).Order());
        Assert.Equal(0, job.TokensLeft);
    }

    [Fact]
    public void Equal_lists_are_computed_in_the_order_they_came()
    {
        Dictionary<Job, double> ended = Serve([(0, () => Arrive(100)), (1, () => Arrive(100)), (2, () => Arrive(100))]);
        Assert.Equal([36, 71, 107], ended.Values.Select(ms => Math.Round(ms)));
    }

    [Fact]
    public void A_short_list_overtakes_a_long_one()
    {
        Dictionary<Job, double> ended = Serve([(0, () => Arrive(1000)), (1, () => Arrive(10)), (2, () => Arrive(100))]);
        Assert.Equal([10, 100, 1000], ended.OrderBy(one => one.Value).Select(one => one.Key.Pairs.Length));
        Assert.InRange(ended.Values.First(), 0, 19); // it waited for the one pass under way
    }

    [Fact]
    public void A_long_list_is_done_in_the_end_however_many_short_ones_come()
    {
        Dictionary<Job, double> ended = Serve([(0, () => Arrive(200)), .. Enumerable.Range(1, 100).Select(i => ((double)i * 10, (Func<Job>)(() => Arrive(40))))]); // more than there is time for
        Assert.InRange(ended.Single(one => one.Key.Pairs.Length == 200).Value, 70, 300);
    }

    [Fact]
    public void Where_not_all_can_be_scored_in_time_everybodys_first_documents_are()
    {
        Dictionary<Job, double> ended = Serve([(0, () => Arrive(100, 70)), (0, () => Arrive(100, 70)), (0, () => Arrive(100, 70)), (0, () => Arrive(100, 70))]);
        Assert.All(ended, one => Assert.InRange(one.Key.Done, 42, 49)); // of 49 if nothing were lost
        Assert.All(ended.Values, ms => Assert.InRange(ms, 60, 70));
    }

    [Fact]
    public void A_model_slower_than_its_pace_loses_little()
    {
        Job only = Serve([(0, () => Arrive(100, 40))], pace: Pace / 2).Keys.Single();
        Assert.InRange(only.Done, 35, 56); // of 56
    }

    [Fact]
    public void A_pace_measured_while_the_machine_stood_still_is_put_right()
    {
        for (int i = 0; i < 30; i++) model.Pace.Note(PairTokens, TimeSpan.FromMinutes(1));
        Assert.InRange(model.Pace.TimeFor(PairTokens).TotalSeconds, 10, 60);
        Job job = Arrive(100, 70);
        Assert.False(job.IsLate(clock));
        model.Pace.Note(Pass.Next([job], "", Budget, clock).Tokens, TimeSpan.FromMilliseconds(PairTokens / Pace));
        Assert.InRange(model.Pace.TimeFor(PairTokens).TotalMilliseconds, 0, 70);
    }

    [Theory]
    [InlineData(1000, null)] // whatever long requests
    [InlineData(1000, 100.0)] // that ask for more than there is time for
    [InlineData(5, null)] // or many short ones
    public void Who_floods_the_line_leaves_others_their_share(int pairs, double? deadline)
    {
        var random = new Random(5);
        double service = 100 * PairTokens / Pace, at = 0;
        // The honest one asks for two fifths of the capacity and has four times as long as its list takes.
        (double Ms, Func<Job> Job)[] honest = [.. Enumerable.Range(0, 50).Select(_ => (at += -Math.Log(1 - random.NextDouble()) * 2.5 * service, (Func<Job>)(() => Arrive(100, 4 * service, "honest"))))];
        int flood = (int)(5 * at / service * 100 / pairs); // five times the capacity
        (double Ms, Func<Job> Job)[] attack = [.. Enumerable.Range(0, flood).Select(i => (i * at / flood, (Func<Job>)(() => Arrive(pairs, deadline ?? 3_600_000, "attacker"))))];
        double Scored(IEnumerable<(double Ms, Func<Job> Job)> jobs)
        {
            clock.Ms = 0;
            return Serve(jobs).Keys.Where(job => job.Client == "honest").Sum(job => job.Done);
        }
        double alone = Scored(honest), attacked = Scored(honest.Concat(attack).OrderBy(job => job.Ms));
        Assert.InRange(attacked / alone, .8, 1);
    }

    [Fact]
    public void A_turn_that_was_not_taken_is_not_saved_up()
    {
        var turns = new Turns();
        for (int i = 0; i < 100; i++) turns.Charge(turns.Next(["a"]), TimeSpan.FromSeconds(1));
        List<string> served = [];
        for (int i = 0; i < 6; i++)
        {
            string next = turns.Next(["a", "b"]);
            turns.Charge(next, TimeSpan.FromSeconds(1));
            served.Add(next);
        }
        Assert.Equal(["b", "a", "b", "a", "b", "a"], served);
    }

    /// <summary>Requests at random moments, with a deadline of twice what a lone list takes. A server without loss would leave 5.6 %.</summary>
    [Fact]
    public void At_half_load_twice_the_time_of_a_list_leaves_few_documents_unscored()
    {
        var random = new Random(5);
        double service = 100 * PairTokens / Pace, at = 0;
        const int Requests = 4000;
        Dictionary<Job, double> ended = Serve([.. Enumerable.Range(0, Requests).Select(_ => (at += -Math.Log(1 - random.NextDouble()) * 2 * service, (Func<Job>)(() => Arrive(100, 2 * service))))]);
        Assert.All(ended, one => Assert.InRange(one.Value, 0, one.Key.Deadline!.Value / 1000.0));
        Assert.InRange(ended.Keys.Average(job => 1 - job.Done / 100.0), .05, .085);
        Assert.InRange(ended.Keys.Count(job => job.Done == 100) / (double)Requests, .75, 1);
        Assert.InRange(ended.Keys.Min(job => job.Done), 10, 100);
    }

    [Fact]
    public void Whatever_waits_a_pass_takes_pairs_in_order_within_its_budget() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<(FsCheck.PositiveInt Pairs, FsCheck.NonNegativeInt Deadline)[]>(lists =>
        {
            Job[] line = [.. lists.Select(list => Arrive(list.Pairs.Get, list.Deadline.Get % 3 == 0 ? null : list.Deadline.Get, $"client {list.Pairs.Get % 3}"))];
            if (line.Length == 0) return true;
            Pass pass = Pass.Next(line, line[0].Client, Budget, clock);
            return pass.Tokens <= Budget && pass.Pairs > 0
                && pass.Slices.All(slice => slice.Count > 0 && slice.Count <= slice.Job.Pairs.Length && slice.Tokens == slice.Count * PairTokens)
                && pass.Slices.Select(slice => slice.Job).Distinct().Count() == pass.Slices.Count;
        }));

    [Fact]
    public void The_reserve_rests_where_one_answer_in_a_hundred_takes_longer()
    {
        var random = new Random(3);
        var reserve = new Reserve();
        for (int i = 0; i < 20_000; i++) reserve.Note(TimeSpan.FromMilliseconds(10 * random.NextDouble()));
        Assert.InRange(reserve.Value.TotalMilliseconds, 8.5, 11);
    }
}
