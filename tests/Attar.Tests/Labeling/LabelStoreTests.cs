using Attar.Labeling;
using Attar.Labeling.Teachers;
using Attar.Models.Heads;

namespace Attar.Tests.Labeling;

public sealed class LabelStoreTests : IDisposable
{
    const string Lines = "query_id\tproduct_id\tscore\tp0\tp1\ttext\nq1\tp1\t1.5\t0.2\t0.8\t00000001\nq1\tp2\t-0.25\t0.6\t0.4\t00000002\n";
    readonly string folder = Directory.CreateTempSubdirectory("attar-").FullName;

    string LabelsFile => Path.Combine(folder, LabelStore.ShardName(0));

    [Fact]
    public void Labels_come_back_in_their_order()
    {
        Write(Lines);
        Assert.Equal([new Label("q1", "p1", 1.5f), new Label("q1", "p2", -.25f)], LabelStore.Read(folder));
        Assert.Equal([.2, .8], LabelStore.Read(folder, distributions: true).First().Distribution!);
        Assert.Equal(ScoreTransform.Logit, LabelManifest.Read(folder).Stamp.Transform);
    }

    [Fact]
    public void A_changed_byte_is_found_before_the_first_label_is_used()
    {
        Write(Lines);
        DateTime before = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.WriteAllText(LabelsFile, Lines.Replace("1.5", "2.5"));
        File.SetLastWriteTimeUtc(LabelsFile, before); // a disk that forgets leaves no trace
        Assert.Contains("not the file its manifest describes", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
        Assert.NotEqual(before, File.GetLastWriteTimeUtc(LabelsFile)); // so that the label stage is not skipped as up to date
    }

    [Fact]
    public void A_store_without_manifest_or_labels_says_what_to_do()
    {
        Assert.Contains("run 'attar label'", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
        File.WriteAllText(LabelsFile, Lines);
        Assert.Contains("run 'attar label'", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
        Write(Lines);
        File.Delete(LabelsFile);
        Assert.Contains("run 'attar label'", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
        File.WriteAllText(Path.Combine(folder, LabelManifest.FileName), """{"count":3}""");
        Assert.Contains("run 'attar label'", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
    }

    [Fact]
    public void A_manifest_comes_back_as_it_was_written()
    {
        Write(Lines);
        LabelManifest written = LabelManifest.Read(folder) with { Endpoint = new LabelEndpoint("chat", "http://localhost", null, null, .1, 2, 3) };
        written.Write(folder);
        Assert.Equivalent(written, LabelManifest.Read(folder), strict: true);
    }

    /// <summary>Otherwise every student would be taught again.</summary>
    [Fact]
    public void What_a_store_has_nothing_to_say_of_changes_no_byte_of_its_manifest()
    {
        Write(Lines);
        Assert.DoesNotContain("precisions", File.ReadAllText(Path.Combine(folder, LabelManifest.FileName)));
        var agreement = new PrecisionAgreement("teacher@int8", 10, .5, .25, null);
        (LabelManifest.Read(folder) with { Precisions = [agreement] }).Write(folder);
        Assert.Equal(agreement, Assert.Single(LabelManifest.Read(folder).Precisions!));
    }

    [Fact]
    public void A_store_that_is_not_finished_is_not_read()
    {
        Write(Lines, count: null);
        Assert.Contains("not finished", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
    }

    [Theory, InlineData("high"), InlineData("NaN"), InlineData("")]
    public void A_score_that_is_no_number_is_told_with_its_line(string score)
    {
        Write(Lines.Replace("-0.25", score));
        Assert.Contains("labels-00000.tsv:3", Assert.Throws<InputException>(() => LabelStore.Read(folder).ToList()).Message);
    }

    void Write(string lines, long? count = 2)
    {
        File.WriteAllText(LabelsFile, lines);
        var stamp = new LabelStamp("teacher", "tokenizer", "pair1-decoder-64", ScoreTransform.Logit, "float32", 2);
        new LabelManifest(stamp, "source", DateTimeOffset.UnixEpoch, 10, [new LabelShard(LabelStore.ShardName(0), 2, LabelStore.HashOf(LabelsFile))], count).Write(folder);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
