using Attar.Data;
using Attar.Data.Shop;

namespace Attar.Tests.Data;

public sealed class ImportStageTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_generated_shop_fills_the_data_folder()
    {
        var stage = new ImportStage("generated", Shop: ShopOptions.Small);
        var context = folder.Context();

        stage.Run(context);

        Assert.All(stage.Outputs(context.Workspace), output => Assert.True(File.Exists(output), output));
        var data = DatasetFiles.Read(context.Workspace.Data);
        Assert.Equal((200, 60), (data.Products.Count, data.Queries.Count));
        Assert.StartsWith($"200 products, 60 queries, {data.Judgments.Count} judgments (80 train, ", folder.Notes[^1]);
    }

    [Fact]
    public void A_faulty_input_leaves_nothing_behind()
    {
        string path = folder.Add("pairs.csv", "query,product,title,rating\nlamp,1,Lamp,x\n");
        Assert.Throws<InputException>(() => new ImportStage("csv", path).Run(folder.Context()));
        Assert.False(Directory.Exists(folder["data"]));
    }

    [Theory]
    [InlineData("parquet", "x", "unknown format 'parquet'")]
    [InlineData("chorus", null, "no path")]
    public void Wrong_usage_is_told(string format, string? path, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => new ImportStage(format, path).Run(folder.Context())).Message);
}
