using Attar.Labeling;
using Attar.Models.Heads;

namespace Attar.Tests.Labeling;

public sealed class LabelStoreTests : IDisposable
{
    const string Lines = "query_id\tproduct_id\tscore\tp0\tp1\nq1\tp1\t1.5\t0.2\t0.8\nq1\tp2\t-0.25\t0.6\t0.4\n";
    readonly string folder = Directory.CreateTempSubdirectory("attar-").FullName;

    string LabelsFile => Path.Combine(folder, LabelStore.Labels);

    [Fact]
    public void Labels_come_back_in_their_order()
    {
        Write(Lines);
        Assert.Equal([new Label("q1", "p1", 1.5f), new Label("q1", "p2", -.25f)], LabelStore.Read(folder));
        Assert.Equal(ScoreTransform.Logit, LabelStore.ReadManifest(folder).Transform);
    }

    [Fact]
    public void A_changed_byte_is_found_before_the_first_label_is_used()
    {
        Write(Lines);
        File.WriteAllText(LabelsFile, Lines.Replace("1.5", "2.5"));
        Assert.Contains("not the file its manifest describes", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
    }

    [Fact]
    public void A_store_without_manifest_or_labels_says_what_to_do()
    {
        Assert.Contains("run 'attar label'", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
        File.WriteAllText(LabelsFile, Lines);
        Assert.Contains("run 'attar label'", Assert.Throws<InputException>(() => LabelStore.Read(folder)).Message);
    }

    [Theory, InlineData("high"), InlineData("NaN"), InlineData("")]
    public void A_score_that_is_no_number_is_told_with_its_line(string score)
    {
        Write(Lines.Replace("-0.25", score));
        Assert.Contains("labels.tsv:3", Assert.Throws<InputException>(() => LabelStore.Read(folder).ToList()).Message);
    }

    void Write(string lines)
    {
        File.WriteAllText(LabelsFile, lines);
        LabelStore.WriteManifest(folder, new LabelManifest("teacher", "pair1-decoder-64", ScoreTransform.Logit, 2, 2, LabelStore.HashOf(LabelsFile)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
