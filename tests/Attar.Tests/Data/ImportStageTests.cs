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

    [Fact]
    public void A_folder_may_hold_the_workspace_that_it_is_imported_into()
    {
        folder.Add("products.csv", "id,title\n1,Lamp\n2,Pipe\n");
        folder.Add("judged.csv", "query,id,rating\nlamp,1,1\nlamp,2,0\n");
        var recipe = Attar.Recipes.Recipe.Of(new ImportStage("csv", folder.Root), 1);
        var context = folder.Context() with { Workspace = new Attar.Workspaces.Workspace(folder["workspace"]) };
        Assert.Single(Attar.Recipes.RecipeRunner.Run(recipe, context));
        Assert.Equal(2, DatasetFiles.Read(context.Workspace.Data).Judgments.Count);
        Assert.Empty(Attar.Recipes.RecipeRunner.Run(recipe, context)); // what the workspace has since is no input
    }

    [Fact]
    public void Events_are_kept_with_the_data_and_forgotten_by_an_import_without_them()
    {
        string products = folder.Add("products.csv", "id,title\n1,Lamp\n2,Pipe\n");
        string events = folder.Add("ubi.ndjson",
            """
            {"action_name":"click","query_id":12,"event_attributes":{"object":{"object_id":1}}}
            {"user_query":"red lamp","query_id":12}
            {"user_query":"red lamp","query_id":13}
            {"action_name":"impression","query_id":12,"event_attributes":{"object":{"object_id":1}}}
            {"action_name":"click","query_id":12,"event_attributes":{"object":{"object_id":9}}}
            """);
        Attar.Recipes.RecipeRunner.Run(Attar.Recipes.Recipe.Of(new ImportStage(Products: [products], Events: [events]), 1), folder.Context());
        Assert.Equal("{\"user_query\":\"red lamp\",\"searches\":2}\n{\"user_query\":\"red lamp\",\"action_name\":\"click\",\"event_attributes\":{\"object\":{\"object_id\":\"1\"}},\"count\":1}\n", File.ReadAllText(folder["data/events.jsonl"]));
        Assert.Contains("2 searches for 1 queries; 1 clicks, carts and purchases", folder.Notes);
        Assert.Contains("1 events 'impression' are left out", folder.Notes);
        Assert.Contains("1 events of products that are not in the catalogue are left out", folder.Notes);
        Assert.Equal("red lamp", Assert.Single(DatasetFiles.Read(folder["data"]).Queries).Text);

        Attar.Recipes.RecipeRunner.Run(Attar.Recipes.Recipe.Of(new ImportStage(Products: [products]), 1), folder.Context());
        Assert.False(File.Exists(folder["data/events.jsonl"]));
    }

    [Theory]
    [InlineData("xlsx", "x", "unknown format 'xlsx'")]
    [InlineData("chorus", null, "no path")]
    public void Wrong_usage_is_told(string format, string? path, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => new ImportStage(format, path).Run(folder.Context())).Message);
}
