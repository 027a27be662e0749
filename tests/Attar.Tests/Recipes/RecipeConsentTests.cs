using Attar.Recipes;

namespace Attar.Tests.Recipes;

public sealed class RecipeConsentTests
{
    [Fact]
    public void What_a_recipe_would_send_is_told_before_anybody_is_asked()
    {
        Recipe recipe = RecipeFile.Parse("r.json", """
            { "name": "r", "stages": [
              { "stage": "import", "format": "generated" },
              { "stage": "generate", "newQueries": 10, "writtenShare": 1, "writer": { "url": "http://writer.example/v1/chat/completions", "model": "m" } },
              { "stage": "label", "teacher": { "url": "https://teacher.example/v1/chat/completions", "model": "m", "keyVariable": "AWS_SECRET_ACCESS_KEY", "chat": { "guideline": "/home/me/.ssh/id_rsa" } } } ] }
            """, [], StageTypes.All);
        Assert.Equal(
        [
            "generate: sends products and queries to http://writer.example/v1/chat/completions",
            "label: sends queries, products and judgments to https://teacher.example/v1/chat/completions, with what the environment variable AWS_SECRET_ACCESS_KEY holds as the key, and the text of the file /home/me/.ssh/id_rsa",
        ], RecipeConsent.Sent(recipe, name => name == "AWS_SECRET_ACCESS_KEY" ? "secret" : null));
    }

    [Fact]
    public void A_key_that_is_not_there_is_told_before_the_stages_that_come_first()
    {
        Recipe recipe = RecipeFile.Parse("r.json", """{ "name": "r", "stages": [ { "stage": "label", "teacher": { "url": "https://teacher.example/v1/chat/completions", "model": "m", "keyVariable": "KEY" } } ] }""", [], StageTypes.All);
        Assert.EndsWith("with what the environment variable KEY holds as the key (it is not set)", Assert.Single(RecipeConsent.Sent(recipe, _ => null)));
        Assert.EndsWith("holds as the key", Assert.Single(RecipeConsent.Sent(recipe, _ => "k")));
    }

    [Fact]
    public void Teachers_that_run_here_send_nothing() =>
        Assert.Empty(RecipeConsent.Sent(RecipeFile.Parse("r.json", """{ "name": "r", "stages": [ { "stage": "label" } ] }""", [], StageTypes.All), _ => null));

    /// <summary>Theirs need no consent: none asks a server.</summary>
    [Fact]
    public void No_recipe_of_the_repository_asks_a_server()
    {
        string folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "recipes"))) folder = Path.GetDirectoryName(folder)!;
        string[] recipes = Directory.GetFiles(Path.Combine(folder, "recipes"), "*.json");
        Assert.NotEmpty(recipes);
        Assert.All(recipes, recipe => Assert.DoesNotContain("\"url\"", File.ReadAllText(recipe)));
    }
}
