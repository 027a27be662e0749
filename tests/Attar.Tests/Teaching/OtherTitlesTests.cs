using Attar.Data;
using Attar.Data.Shop;
using Attar.Teaching;
using Attar.Tests.Evaluation;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Tests.Teaching;

public sealed class OtherTitlesTests : IDisposable
{
    readonly MadeUp.Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The steps of an epoch are what the text fills: twice as many titles, about twice as many.</summary>
    [Fact]
    public void Titles_of_other_shops_are_read_beside_the_catalogue()
    {
        DatasetFiles.Write(folder.At("data"), GeneratedShop.Create(ShopOptions.Small, new MadeUp.Notes()).Data);
        new TokenizerStage(300).Run(MadeUp.Context(folder.Root));
        File.WriteAllLines(folder.At("titles.tsv"), ["source\ttitle\tbrand\tcategory", .. Enumerable.Range(0, 200).Select(i => $"toys\twooden train number {i} with three carriages and a long red track\tAcme\tToys")]);
        var stage = new PretrainStage(ModelRole.Student, Student: new(1, 8, 2, 16), Training: new TrainingOptions(Epochs: 1, BatchTokens: 512));
        int alone = Steps(stage), both = Steps(stage with { Titles = folder.At("titles.tsv") });
        Assert.InRange(both, 1.6 * alone, 2.6 * alone);
        Assert.Contains(folder.At("titles.tsv"), (stage with { Titles = folder.At("titles.tsv") }).Inputs(new Workspace(folder.Root)));
    }

    [Fact]
    public void A_file_without_titles_is_refused_by_name()
    {
        File.WriteAllText(folder.At("titles.tsv"), "name\nlamp\n");
        Assert.Contains("no column 'title'", Assert.Throws<InputException>(() => OtherTitles.Read(folder.At("titles.tsv"))).Message);
        Assert.Contains("no such file", Assert.Throws<InputException>(() => OtherTitles.Read(folder.At("none.tsv"))).Message);
    }

    int Steps(PretrainStage stage)
    {
        stage.Run(MadeUp.Context(folder.Root));
        return int.Parse(File.ReadLines(folder.At("student-pretrained/training.tsv")).Last().Split('\t')[0]);
    }
}
