using System.Text.Json.Nodes;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Recipes;

/// <summary>What a stage wrote stays until what it writes anew is whole, and nothing of anybody else's goes with it.</summary>
public sealed class StagedOutputsTests : IDisposable
{
    readonly TemporaryWorkspace workspace = new();
    readonly CopyStage first = new("first", "a");

    public void Dispose() => workspace.Dispose();

    string Root => workspace.Workspace.Root;

    [Fact]
    public void The_last_output_that_was_whole_stays_while_the_next_is_made()
    {
        workspace.Run(first);
        Assert.Throws<StageFailedException>(() => workspace.Run(first with { Text = "b", Manner = Manner.FailsOnce }));
        Assert.Equal("a", File.ReadAllText(workspace.Output("first")));
        Assert.Equal(["first"], workspace.Run(first with { Text = "b", Manner = Manner.FailsOnce }));
        Assert.Equal("b", File.ReadAllText(workspace.Output("first")));
        Assert.False(Directory.Exists(Path.Combine(Root, ".making")));
        Assert.False(Directory.Exists(Path.Combine(Root, ".replaced")));
    }

    [Fact]
    public void Whoever_goes_back_to_what_is_in_place_has_nothing_to_do()
    {
        workspace.Run(first);
        Assert.Throws<StageFailedException>(() => workspace.Run(first with { Text = "b", Manner = Manner.FailsOnce }));
        Assert.Empty(workspace.Run(first));
        Assert.False(Directory.Exists(Path.Combine(Root, ".making")));
    }

    [Fact]
    public void A_file_that_no_stage_wrote_is_kept_and_reruns_nothing()
    {
        workspace.Run(first);
        string notes = Path.Combine(Root, "first", "notes.txt"), deeper = Path.Combine(Root, "first", "mine", "more.txt");
        File.WriteAllText(notes, "mine");
        Directory.CreateDirectory(Path.GetDirectoryName(deeper)!);
        File.WriteAllText(deeper, "mine too");
        Assert.Empty(workspace.Run(first));
        Assert.Equal(["first"], workspace.Run(first with { Text = "b" }));
        Assert.Equal(("b", "mine", "mine too"), (File.ReadAllText(workspace.Output("first")), File.ReadAllText(notes), File.ReadAllText(deeper)));
        Assert.Contains("first/: kept mine/more.txt, notes.txt, which no stage wrote", workspace.Sink.Lines);
    }

    [Fact]
    public void What_a_stage_does_not_write_any_more_goes()
    {
        var many = new FilesStage("many", ["many/a.txt", "many/b.txt", "data/a.txt", "data/b.txt"]);
        workspace.Run(many);
        workspace.Run(many with { Names = ["many/b.txt", "data/b.txt"] });
        Assert.Equal(["data/b.txt", "many/b.txt"], FolderFiles.Of(Root).Where(name => name.EndsWith(".txt", StringComparison.Ordinal)));
    }

    /// <summary>The record says that a publication began; how far it came is told by what lies where.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void A_publication_that_was_killed_is_ended_by_the_next_run(int moment)
    {
        CopyStage changed = first with { Text = "b" };
        using var whole = new TemporaryWorkspace();
        whole.Run(first);
        whole.Run(changed);
        JsonObject after = JsonNode.Parse(File.ReadAllText(whole.Workspace.Record))!.AsObject();

        workspace.Run(first);
        JsonObject before = JsonNode.Parse(File.ReadAllText(workspace.Workspace.Record))!.AsObject();
        JsonObject entry = after["stages"]!["first"]!.DeepClone().AsObject();
        entry["former"] = before["stages"]!["first"]!.DeepClone();
        before["stages"]!["first"] = entry;
        before["publishing"] = "first";
        File.WriteAllText(workspace.Workspace.Record, before.ToJsonString());
        string staged = new StagedOutputs("first", [], workspace.Workspace, workspace.Sink).Place("first"), place = Path.Combine(Root, "first");
        Directory.CreateDirectory(staged);
        File.WriteAllText(Path.Combine(staged, "out.txt"), "b");
        if (moment >= 1)
        {
            Directory.CreateDirectory(Path.Combine(Root, ".replaced"));
            Directory.Move(place, Path.Combine(Root, ".replaced", "first"));
            Assert.Equal("a", File.ReadAllText(Path.Combine(workspace.Workspace.Resolve("first"), "out.txt"))); // who serves meanwhile has the last that was whole
        }
        if (moment >= 2) Directory.Move(staged, place);

        Assert.Empty(workspace.Run(changed));
        Assert.Equal("b", File.ReadAllText(workspace.Output("first")));
        Assert.Equal(["first/out.txt", "runs.log", "workspace.json", "workspace.lock"], FolderFiles.Of(Root).Where(name => !name.Contains("checkpoints")));
    }

    [Fact]
    public void What_an_older_version_made_is_kept_whole_because_nobody_knows_what_in_it_is_whose()
    {
        workspace.Run(first);
        JsonObject record = JsonNode.Parse(File.ReadAllText(workspace.Workspace.Record))!.AsObject();
        record["stages"]!["first"]!.AsObject().Remove("files");
        record["stages"]!["first"]!.AsObject().Remove("former");
        record.Remove("publishing");
        record.Remove("elsewhere");
        File.WriteAllText(workspace.Workspace.Record, record.ToJsonString());
        File.WriteAllText(Path.Combine(Root, "first", "notes.txt"), "mine");
        workspace.Run(first with { Text = "b" });
        Assert.Equal("b", File.ReadAllText(workspace.Output("first")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Root, ".former", "first", "notes.txt")));
    }

    [Theory, InlineData("../victim"), InlineData("/tmp/victim"), InlineData("a/../../victim"), InlineData(".replaced"), InlineData(".making/first"), InlineData(""), InlineData("a//b"), InlineData("a\nb")]
    public void A_name_that_leads_out_of_the_workspace_is_refused(string name)
    {
        string message = Assert.Throws<InputException>(() => workspace.Run(first with { Name = name })).Message;
        Assert.StartsWith("model name: '", message);
        Assert.DoesNotContain('\n', message);
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(Root)!, "victim")));
    }

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        string victim = Directory.CreateTempSubdirectory("attar-victim-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(victim, "config.json"), "theirs");
            Directory.CreateSymbolicLink(Path.Combine(Root, "first"), victim);
            Assert.Contains("leads through the link", Assert.Throws<InputException>(() => workspace.Run(first)).Message);
            Directory.Delete(Path.Combine(Root, "first"));

            string target = Path.Combine(victim, "lock");
            File.WriteAllText(target, "theirs");
            File.CreateSymbolicLink(Path.Combine(Root, "workspace.lock"), target);
            Assert.Contains("is a link", Assert.Throws<InputException>(() => workspace.Run(first)).Message);
            File.Delete(Path.Combine(Root, "workspace.lock"));

            File.CreateSymbolicLink(workspace.Workspace.Record + ".tmp", target);
            workspace.Run(first);
            Assert.Equal("theirs", File.ReadAllText(target));
            Assert.Equal(2, Directory.GetFiles(victim).Length);
        }
        finally
        {
            Directory.Delete(victim, recursive: true);
        }
    }

    [Fact]
    public void A_link_that_leads_round_in_a_circle_is_told_and_a_pipe_is_not_waited_for()
    {
        string given = Path.Combine(Root, "given");
        Directory.CreateDirectory(Path.Combine(given, "deep"));
        File.WriteAllText(Path.Combine(given, "out.txt"), "x");
        CopyStage reader = new("reader", Reads: ["given"]);
        if (OperatingSystem.IsLinux()) System.Diagnostics.Process.Start("mkfifo", [Path.Combine(given, "pipe")]).WaitForExit();
        Assert.Equal(["reader"], workspace.Run(reader));
        Directory.CreateSymbolicLink(Path.Combine(given, "deep", "round"), given);
        Assert.Contains("link to a folder that it lies in", Assert.Throws<InputException>(() => workspace.Run(reader)).Message);
    }

    [Fact]
    public void Outside_the_workspace_only_what_it_wrote_itself_is_overwritten()
    {
        string outside = Directory.CreateTempSubdirectory("attar-outside-").FullName;
        try
        {
            string file = Path.Combine(outside, "out.txt");
            File.WriteAllText(file, "theirs");
            Assert.Contains("move it away or choose another place", Assert.Throws<InputException>(() => workspace.Run(new OutsideStage(file, "a"))).Message);
            Assert.Equal("theirs", File.ReadAllText(file));
            File.Delete(file);
            workspace.Run(new OutsideStage(file, "a"));
            workspace.Run(new OutsideStage(file + "2", "a"));
            workspace.Run(new OutsideStage(file, "b")); // its own, though another run was the last
            Assert.Equal("b", File.ReadAllText(file));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void Inside_means_inside_of_any_folder_even_the_root() =>
        Assert.Equal([true, true, false, false, true], [OwnedPath.IsInside("/a/b", "/a"), OwnedPath.IsInside("/a", "/"), OwnedPath.IsInside("/ab", "/a"), OwnedPath.IsInside("/a", "/a"), OwnedPath.IsInside("/a/b/c", "/a/")]);

    [Fact]
    public void A_lost_record_is_set_aside_and_what_is_there_is_adopted()
    {
        CopyStage second = new("second", "b", ["first"]);
        workspace.Run(first, second);
        File.WriteAllText(workspace.Workspace.Record, "{ half");
        Assert.Contains("--adopt", Assert.Throws<InputException>(() => workspace.Run(first, second)).Message);
        Assert.Equal(["third"], Adopt(first, second, new CopyStage("third", "c", ["second"])));
        Assert.Equal("{ half", File.ReadAllText(workspace.Workspace.Record + ".damaged-1"));
        Assert.Equal(["first", "second", "third"], workspace.Log);
        Assert.Empty(workspace.Run(first, second));
        Assert.Equal(["first", "second"], workspace.Run(first with { Text = "x" }, second)); // and is replaced as its own

        IReadOnlyList<string> Adopt(params Stage[] stages) => RecipeRunner.Run(
            new Recipe("made-up", "", new Dictionary<string, string>(), 1, null, stages, []),
            new StageContext(workspace.Workspace, 1, 1, workspace.Sink, TimeProvider.System, CancellationToken.None), adopt: true);
    }
}

/// <summary>Writes files of the workspace, each with its name in it.</summary>
sealed record FilesStage(string Name, string[] Names) : Stage
{
    public override string Title => Name;
    public override IEnumerable<string> Inputs(Workspace workspace) => [];
    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Model(Name), .. Names.Where(name => name.StartsWith("data/", StringComparison.Ordinal)).Select(name => Path.Combine(workspace.Data, name[5..]))];

    public override void Run(StageContext context)
    {
        foreach (string name in Names)
            AtomicFile.WriteText(name.StartsWith("data/", StringComparison.Ordinal) ? Path.Combine(context.Workspace.Data, name[5..]) : Path.Combine(context.Workspace.Model(Name), name[(Name.Length + 1)..]), writer => writer.Write(name));
    }
}

/// <summary>Writes a file that somebody named.</summary>
sealed record OutsideStage(string To, string Text) : Stage
{
    public override string Title => "outside";
    public override IEnumerable<string> Inputs(Workspace workspace) => [];
    public override IEnumerable<string> Outputs(Workspace workspace) => [To];
    public override void Run(StageContext context) => File.WriteAllText(To, Text);
}
