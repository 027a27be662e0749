using Attar.Cli.Commands;
using Attar.Recipes;

namespace Attar.EndToEnd.Tests;

/// <summary>What the repository's documents and recipes say holds for the program built from it.</summary>
public class DocumentsTests
{
    static readonly string root = Root(AppContext.BaseDirectory);

    internal static string Root(string folder) => File.Exists(Path.Combine(folder, "Attar.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);

    [Fact]
    public void Every_command_of_the_readme_is_one_the_program_takes()
    {
        string[] commands = [.. File.ReadLines(Path.Combine(root, "README.md")).Where(line => line.StartsWith("./attar ", StringComparison.Ordinal)).Select(line => line["./attar ".Length..])];
        Assert.Contains("quickstart", commands);
        Assert.All(commands, command => Assert.Empty(CommandLine.Root().Parse(command).Errors));
    }

    [Theory]
    [InlineData("serving.md", 4), InlineData("experiments-online.md", 0), InlineData("teachers.md", 0), InlineData("audits.md", 0), InlineData("pairs.md", 0), InlineData("studies.md", 0), InlineData("models.md", 0), InlineData("data.md", 0)]
    public void Every_command_of_a_page_is_one_the_program_takes_and_its_files_are_there(string page, int links)
    {
        string[] lines = File.ReadAllLines(Path.Combine(root, "docs", page));
        string[] commands = [.. lines.Where(line => line.StartsWith("./attar ", StringComparison.Ordinal)).Select(line => line["./attar ".Length..].Split(" > ")[0])];
        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Empty(CommandLine.Root().Parse(command).Errors));
        string[] linked = [.. lines.SelectMany(line => line.Split("](../").Skip(1)).Select(rest => rest.Split(')')[0])];
        Assert.True(linked.Length >= links);
        Assert.All(linked, file => Assert.True(Path.Exists(Path.Combine(root, file)), file));
    }

    [Fact]
    public void The_example_of_a_mix_is_one_a_recipe_takes()
    {
        string page = File.ReadAllText(Path.Combine(root, "docs", "pairs.md"));
        string example = page.Split("```json")[1].Split("```")[0];
        Assert.Equal("generate", Assert.Single(RecipeFile.Parse("pairs.md", $$"""{ "name": "mix", "stages": [ {{example}} ] }""", [], StageTypes.All).Stages).Title);
    }

    [Fact]
    public void Every_folder_of_the_readme_exists()
    {
        string[] folders = [.. File.ReadLines(Path.Combine(root, "README.md")).Select(line => line.Split(' ')[0]).Where(word => word.EndsWith('/') && !word.StartsWith('.'))];
        Assert.True(folders.Length >= 5);
        Assert.All(folders, folder => Assert.True(Directory.Exists(Path.Combine(root, folder)), folder));
    }

    [Fact]
    public void Every_recipe_can_be_read()
    {
        string[] recipes = Directory.GetFiles(Path.Combine(root, "recipes"), "*.json");
        Assert.NotEmpty(recipes);
        Assert.All(recipes, recipe => Assert.NotEmpty(RecipeFile.Read(recipe, []).Stages.SelectMany(stage => stage.Before.Append(stage)).ToArray())); // experiments refuse what cannot be compared
    }

    [Fact]
    public void The_quickstart_travels_inside_the_program()
    {
        using var attar = new AttarProcess();
        Printed printed = attar.Run("quickstart", "--set", "nothing=1");
        Assert.Equal(2, printed.Code);
        Assert.StartsWith("attar: --set nothing=1: the recipe has no variable 'nothing'", Assert.Single(printed.ErrorLines));
    }
}
