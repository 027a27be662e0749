using Attar.Augmentation;
using Attar.Labeling;
using Attar.Models.Heads;
using Attar.Workspaces;

namespace Attar.Tests.Labeling;

public sealed class LabelsCheckTests : IDisposable
{
    const string Key = "00000000000000000000000000000001";
    readonly string root = Directory.CreateTempSubdirectory("attar-check-").FullName;
    readonly List<string> notes = [];

    public LabelsCheckTests()
    {
        LabelWriter writer = LabelWriter.Begin(Labels, new LabelManifest(new LabelStamp("teacher", "", "", ScoreTransform.Logit, "", 2), "source", DateTimeOffset.UnixEpoch, 2, []));
        for (int shard = 0; shard < 2; shard++)
        {
            using LabelShardWriter lines = writer.Open(shard, 2, (_, _) => false);
            lines.Append([LabelStore.Line(new CandidatePair("q", $"p{shard}", ""), 1, [.2, .8], "-"), LabelStore.Line(new CandidatePair("q", $"r{shard}", ""), 0, [.5, .5], "-")]);
            lines.Seal();
        }
        writer.Finish();
        Directory.CreateDirectory(Workspace.Answers);
        File.WriteAllText(Journal, $"# a teacher\n{Key}\t10\t1\t1\t0.25\t0.75\n{Key}\t10\t1\t1\t0.5\t0.5\n");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    Workspace Workspace => new(root);
    string Labels => Path.Combine(root, "labels");
    string Journal => Path.Combine(root, "answers", $"{Key}.tsv");

    IReadOnlyList<string> Check(bool repair = false) => new LabelsCheck(Workspace, repair, notes.Add, CancellationToken.None).Run();

    [Fact]
    public void What_is_sound_has_no_faults() => Assert.Empty(Check());

    [Fact]
    public void Lines_that_no_reader_takes_are_set_aside_and_the_rest_stays()
    {
        string[] damaged = [$"{Key}\t10\t1\t1\tNaN\t0.75", $"{Key}\t10\t1\t1\t0.75", $"short\t10\t1\t1\t0.25\t0.75", $"{Key}\t-1\t1\t1\t0.25\t0.75", ""];
        string before = File.ReadAllText(Journal);
        File.AppendAllLines(Journal, damaged);
        Assert.Equal(damaged.Length, Check().Count);
        Assert.Equal($"{Journal}:4: is no answer; its question is asked again once the line is gone", Check()[0]);
        Check(repair: true);
        Assert.Equal(before, File.ReadAllText(Journal));
        Assert.Equal(damaged, File.ReadAllLines(Journal + ".damaged"));
        Assert.Empty(Check());
    }

    [Fact]
    public void Among_answers_of_texts_a_null_is_none()
    {
        File.WriteAllText(Journal, $"# a teacher\n{Key}\t10\t1\t1\t[\"a\"]\n{Key}\t10\t1\t1\t[null]\n");
        Assert.Contains(":3: is no answer", Assert.Single(Check()));
    }

    [Fact]
    public void A_damaged_shard_is_set_aside_so_that_it_alone_is_made_anew()
    {
        string shard = Path.Combine(Labels, LabelStore.ShardName(1));
        File.AppendAllText(shard, "x\n");
        Assert.Contains("is not the file its manifest describes", Assert.Single(Check()));
        Check(repair: true);
        Assert.True(File.Exists(shard + ".damaged"));
        Assert.Contains("missing", Assert.Single(Check()));
        Assert.True(File.Exists(Path.Combine(Labels, LabelStore.ShardName(0))));
    }

    [Theory]
    [InlineData("\"labels-00000.tsv\"", "\"../../victim/x.txt\""), InlineData("\"labels-00000.tsv\"", "\"/etc/passwd\""), InlineData("\"labels-00001.tsv\"", "\"labels-00000.tsv\"")]
    [InlineData("\"shardPairs\": 2", "\"shardPairs\": 0"), InlineData("\"shardPairs\": 2", "\"shardPairs\": 1"), InlineData("\"grades\": 2", "\"grades\": -1"), InlineData("\"grades\": 2", "\"grades\": 2000000000")]
    [InlineData("\"count\": 2", "\"count\": -2"), InlineData("{", "{{")]
    public void A_manifest_that_says_what_no_store_says_is_refused_and_mended_by_one_command(string sound, string hostile)
    {
        string manifest = Path.Combine(Labels, LabelManifest.FileName), text = File.ReadAllText(manifest), victim = Path.Combine(root, "victim");
        Directory.CreateDirectory(victim);
        File.WriteAllText(Path.Combine(victim, "x.txt"), "theirs");
        Assert.Contains(sound, text);
        File.WriteAllText(manifest, text.Replace(sound, hostile));
        Assert.Contains("labels verify --repair", Assert.Throws<InputException>(() => LabelStore.Read(Labels)).Message);
        Assert.Throws<InputException>(() => LabelWriter.GoOn(Labels, new LabelManifest(new LabelStamp("teacher", "", "", ScoreTransform.Logit, "", 2), "source", DateTimeOffset.UnixEpoch, 2, []), notes.Add));
        Assert.Single(Check(repair: true));
        Assert.Equal("theirs", File.ReadAllText(Path.Combine(victim, "x.txt")));
        Assert.True(File.Exists(Path.Combine(root, "labels.damaged", LabelStore.ShardName(0))));
        Assert.Empty(Check());
    }

    [Fact]
    public void A_store_that_begins_anew_leaves_what_is_not_its_own()
    {
        string mine = Path.Combine(Labels, "labels-mine.txt");
        File.WriteAllText(mine, "mine");
        LabelWriter.Begin(Labels, new LabelManifest(new LabelStamp("another", "", "", ScoreTransform.Logit, "", 2), "source", DateTimeOffset.UnixEpoch, 2, []));
        Assert.Equal("mine", File.ReadAllText(mine));
        Assert.False(File.Exists(Path.Combine(Labels, LabelStore.ShardName(0))));
    }

    [Theory, InlineData(double.NaN, .5), InlineData(double.PositiveInfinity, .5), InlineData(1e300, .5), InlineData(1, double.NaN), InlineData(1, -.1), InlineData(1, 2)]
    public void What_no_reader_takes_is_never_written(double score, double probability) =>
        Assert.Contains("query q and product p", Assert.Throws<StageFailedException>(() => LabelStore.Line(new CandidatePair("q", "p", ""), score, [probability, .5], "-")).Message);
}
