
using Attar.Distillation;
using Attar.Recipes;
using Attar.Studies.Scaling;
using Attar.Workspaces;

namespace Attar.Tests.Recipes;

public sealed class RecipeRunnerTests : IDisposable
{
    readonly TemporaryWorkspace workspace = new();
    readonly CopyStage first = new("first", "a"), second = new("second", "b", ["first"], 2);

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Stages_run_in_order_and_then_are_up_to_date()
    {
        Assert.Equal(["first", "second"], workspace.Run(first, second));
        Assert.Equal("baba", File.ReadAllText(workspace.Output("second")));
        Assert.Empty(workspace.Run(first, second));
        Assert.Equal(["first", "second"], workspace.Log);
        Assert.Equal("everything is up to date", workspace.Sink.Lines[^1]);
    }

    /// <summary>A slip in the last stage must not be told after the first ones have trained for hours.</summary>
    [Fact]
    public void Options_that_cannot_be_are_told_together_before_any_stage_runs()
    {
        var refused = Assert.Throws<InputException>(() => workspace.Run(first, new DistillStage(Group: 1, Temperature: 0), new ScalingStage([10, 20], Split: "tset", Resamples: 5)));
        Assert.Equal(["group", "temperature", "scaling.split", "scaling.resamples"], refused.Faults.Select(fault => fault.Where));
        Assert.False(Directory.Exists(workspace.Workspace.Model("first")));
        Assert.False(File.Exists(workspace.Workspace.Record));
    }

    [Fact]
    public void A_changed_option_reruns_the_stage_and_what_reads_it()
    {
        workspace.Run(first, second);
        Assert.Equal(["first", "second"], workspace.Run(first with { Text = "c" }, second));
        Assert.Equal("bcbc", File.ReadAllText(workspace.Output("second")));
        Assert.Contains("first: runs again, changed: text", workspace.Sink.Lines);
        Assert.Contains("second: runs again, changed: first", workspace.Sink.Lines);
    }

    /// <summary>As after an update that brought a new option.</summary>
    [Fact]
    public void An_option_that_the_record_does_not_know_had_its_default()
    {
        workspace.Run(first with { Paper = new Paper(100) });
        string record = File.ReadAllText(workspace.Workspace.Record), older = System.Text.RegularExpressions.Regex.Replace(record, @"""rate"": 0\.1,|,\s*""colour"": ""white""", "");
        Assert.Equal(record.Split('\n').Length - 1, older.Split('\n').Length);
        File.WriteAllText(workspace.Workspace.Record, older);
        Assert.Empty(workspace.Run(first with { Paper = new Paper(100) }));
        File.WriteAllText(workspace.Workspace.Record, older);
        Assert.Equal(["first"], workspace.Run(first with { Rate = .2, Paper = new Paper(100) }));
    }

    [Fact]
    public void A_rerun_that_writes_the_same_content_does_not_rerun_its_readers()
    {
        workspace.Run(first, second);
        Assert.Equal(["first"], workspace.Run(first with { Rate = 0.2 }, second));
    }

    [Fact]
    public void A_changed_seed_reruns() =>
        Assert.Equal([["first"], [], ["first"]], new ulong[] { 1, 1, 2 }.Select(seed => workspace.Run(seed, first with { Text = "seed" })));

    [Fact]
    public void A_changed_input_file_reruns_its_reader()
    {
        string given = Path.Combine(workspace.Workspace.Root, "given");
        Directory.CreateDirectory(given);
        File.WriteAllText(Path.Combine(given, "out.txt"), "x");
        CopyStage reader = new("reader", Reads: ["given"]);
        workspace.Run(reader);
        Assert.Empty(workspace.Run(reader));
        File.WriteAllText(Path.Combine(given, "out.txt"), "yy");
        Assert.Equal(["reader"], workspace.Run(reader));
        Assert.Equal("yy", File.ReadAllText(workspace.Output("reader")));
    }

    [Fact]
    public void A_stage_that_keeps_its_outputs_finds_them_when_it_runs_anew()
    {
        CopyStage keeper = first with { Manner = Manner.Keeps };
        workspace.Run(keeper);
        File.WriteAllText(Path.Combine(workspace.Workspace.Model("first"), "known.txt"), "worth keeping");
        Assert.Equal(["first"], workspace.Run(keeper with { Text = "c" }));
        Assert.True(File.Exists(Path.Combine(workspace.Workspace.Model("first"), "known.txt")));
        Assert.Throws<InputException>(() => workspace.Run(keeper with { Manner = Manner.BadInput }));
        Assert.Equal("c", File.ReadAllText(workspace.Output("first")));
    }

    [Fact]
    public void A_deleted_output_is_made_again()
    {
        workspace.Run(first, second);
        File.Delete(workspace.Output("first"));
        Assert.Equal(["first"], workspace.Run(first, second));
        Assert.Equal("a", File.ReadAllText(workspace.Output("first")));
    }

    [Fact]
    public void A_tampered_output_is_made_again()
    {
        workspace.Run(first, second);
        File.WriteAllText(workspace.Output("first"), "tampered");
        Assert.Equal(["first"], workspace.Run(first, second));
        Assert.Equal("a", File.ReadAllText(workspace.Output("first")));
        Assert.Contains("first: runs again, its outputs are not as it left them", workspace.Sink.Lines);
    }

    [Fact]
    public void Deleted_checkpoints_and_touched_files_do_not_rerun()
    {
        workspace.Run(first);
        Directory.Delete(Path.Combine(workspace.Workspace.Root, "first", "checkpoints"), recursive: true);
        File.SetLastWriteTimeUtc(workspace.Output("first"), DateTime.UnixEpoch);
        Assert.Empty(workspace.Run(first));
    }

    [Fact]
    public void A_stage_that_stopped_half_way_resumes_from_its_checkpoint()
    {
        CopyStage failing = second with { Manner = Manner.FailsOnce };
        Assert.Throws<StageFailedException>(() => workspace.Run(first, failing));
        Assert.Equal(["second"], workspace.Run(first, failing));
        Assert.Equal(["first", "second", "second resumed"], workspace.Log);
        Assert.Contains("second: resumes", workspace.Sink.Lines);
    }

    [Fact]
    public void A_stage_that_stopped_and_was_changed_starts_anew()
    {
        CopyStage failing = second with { Manner = Manner.FailsOnce };
        Assert.Throws<StageFailedException>(() => workspace.Run(first, failing));
        workspace.Run(first, second);
        Assert.Equal(["first", "second", "second"], workspace.Log);
    }

    [Fact]
    public void A_stage_that_writes_nothing_fails() =>
        Assert.Equal("first: ended without writing first",
            Assert.Throws<StageFailedException>(() => workspace.Run(first with { Manner = Manner.WritesNothing })).Message);

    [Fact]
    public void Files_that_the_workspace_did_not_make_are_never_deleted()
    {
        string own = workspace.Output("first");
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        File.WriteAllText(own, "somebody's work");
        Assert.Contains("move it away", Assert.Throws<InputException>(() => workspace.Run(first)).Message);
        Assert.Equal("somebody's work", File.ReadAllText(own));
    }

    [Fact]
    public void A_report_is_of_the_last_measurement_whichever_stage_made_it()
    {
        var one = new ReportStage("evaluate");
        var other = new ReportStage("curve");
        workspace.Run(one);
        workspace.Run(other);
        Assert.Equal("curve", File.ReadAllText(one.Outputs(workspace.Workspace).Single()));
        Assert.Equal(["evaluate"], workspace.Run(one)); // it is not as that stage left it

        using var elsewhere = new TemporaryWorkspace();
        string report = other.Outputs(elsewhere.Workspace).Single();
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.WriteAllText(report, "somebody's work");
        Assert.Contains("move it away", Assert.Throws<InputException>(() => elsewhere.Run(other)).Message);
    }

    [Fact]
    public void Bad_input_leaves_the_workspace_as_it_was()
    {
        workspace.Run(first, second);
        Assert.Throws<InputException>(() => workspace.Run(first with { Manner = Manner.BadInput }));
        Assert.Equal("a", File.ReadAllText(workspace.Output("first")));
        Assert.Empty(workspace.Run(first, second));
        Assert.False(Directory.Exists(Path.Combine(workspace.Workspace.Root, ".replaced")));
    }

    [Fact]
    public void Bad_input_of_a_first_run_leaves_nothing()
    {
        Assert.Throws<InputException>(() => workspace.Run(first with { Manner = Manner.BadInput }));
        Assert.False(Directory.Exists(Path.Combine(workspace.Workspace.Root, "first")));
        Assert.Equal(["first"], workspace.Run(first));
        Assert.Contains("first: starts", workspace.Sink.Lines[^2]);
    }

    [Fact]
    public void Two_stages_may_not_write_one_place() =>
        Assert.Contains("'first' and 'first/inner' both write", Assert.Throws<InputException>(() => workspace.Run(first, first with { Name = "first/inner" })).Message);

    [Fact]
    public void A_stage_may_not_read_what_it_writes()
    {
        workspace.Run(first);
        Assert.Contains("'first' reads", Assert.Throws<InputException>(() => workspace.Run(first with { Reads = ["first"] })).Message);
        Assert.Contains("'first' reads", Assert.Throws<InputException>(() => workspace.Run(first with { Reads = ["first/checkpoints"] })).Message);
        Assert.Empty(workspace.Run(first)); // and nothing is lost
    }

    [Fact]
    public void A_second_run_in_one_workspace_is_refused_until_the_first_ends()
    {
        using (new WorkspaceLock(workspace.Workspace))
            Assert.Contains("another run is at work here", Assert.Throws<InputException>(() => workspace.Run(first)).Message);
        Assert.Equal(["first"], workspace.Run(first));
    }

    [Fact]
    public void The_lock_file_of_a_dead_process_does_not_matter()
    {
        File.WriteAllText(Path.Combine(workspace.Workspace.Root, "workspace.lock"), "999999\n");
        Assert.Equal(["first"], workspace.Run(first));
    }

    [Fact]
    public void A_damaged_record_is_told_in_one_line()
    {
        File.WriteAllText(workspace.Workspace.Record, "{ \"stages\": ");
        string message = Assert.Throws<InputException>(() => workspace.Run(first)).Message;
        Assert.Contains("workspace.json: damaged", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_cancelled_run_stops_before_the_next_stage()
    {
        var context = new StageContext(workspace.Workspace, 1, 1, workspace.Sink, TimeProvider.System, new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() => RecipeRunner.Run(Recipe.Of(first, 1), context));
        Assert.False(File.Exists(workspace.Output("first")));
    }
}
