using System.Text.RegularExpressions;
using Attar.Cli.Commands;
using Attar.Recipes;

namespace Attar.EndToEnd.Tests;

/// <summary>What the repository's documents and recipes say holds for the program built from it.</summary>
public partial class DocumentsTests
{
    static readonly string root = Root(AppContext.BaseDirectory);

    internal static string Root(string folder) => File.Exists(Path.Combine(folder, "Attar.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);

    /// <summary>Every page that people read, by its path from the root.</summary>
    public static TheoryData<string> Pages() =>
        [.. new[] { "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "results/README.md", "src/Attar.Client/README.md" }
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal))];

    [Fact]
    public void The_readme_fits_a_screen_and_a_half() => Assert.InRange(File.ReadLines(Path.Combine(root, "README.md")).Count(), 40, 80);

    [Theory, MemberData(nameof(Pages))]
    public void Every_command_of_a_page_is_one_the_program_takes(string page) => Assert.All(Commands(page), command => Assert.Empty(CommandLine.Root().Parse(command).Errors));

    [Fact]
    public void Commands_are_found_where_pages_have_them()
    {
        Assert.Contains("quickstart", Commands("README.md"));
        Assert.Contains("import csv judged.csv --map query=search_term,product=sku,title=name,rating=grade", Commands("docs/start.md"));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_somewhere(string page)
    {
        foreach (string link in Links(page))
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? Path.Combine(root, page) : Path.GetFullPath(Path.Combine(root, Path.GetDirectoryName(page)!, parts[0]));
            Assert.True(Path.Exists(target), $"{page}: {link}");
            if (parts.Length > 1) Assert.True(Anchors(target).Contains(parts[1]), $"{page}: {link}");
        }
    }

    [Fact]
    public void Every_page_is_reached_from_the_readme()
    {
        HashSet<string> seen = ["README.md"];
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out string? page))
            foreach (string linked in Links(page).Select(link => Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(root, Path.GetDirectoryName(page)!, link.Split('#')[0])))))
                if (linked.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(root, linked)) && seen.Add(linked)) open.Enqueue(linked);
        Assert.All(Pages(), page => Assert.Contains(page.Data, seen));
    }

    static string[] Commands(string page) =>
        [.. File.ReadLines(Path.Combine(root, page)).Where(line => line.StartsWith("./attar ", StringComparison.Ordinal)).Select(line => Quoted().Replace(line["./attar ".Length..].Split(" > ")[0], "\"$1\""))];

    /// <summary>What a shell takes as one word.</summary>
    [GeneratedRegex("""'([^'"]*)'""")]
    private static partial Regex Quoted();

    /// <summary>Links into the repository.</summary>
    static IEnumerable<string> Links(string page) => LinkTarget().Matches(File.ReadAllText(Path.Combine(root, page))).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal));

    /// <summary>What headings are linked by: in lower case, without punctuation, words joined by dashes.</summary>
    static HashSet<string> Anchors(string file) =>
        [.. File.ReadLines(file).Where(line => line.StartsWith('#')).Select(line => string.Concat(line.TrimStart('#', ' ').ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is '-' or '_' or ' ')).Replace(' ', '-'))];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkTarget();

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
        Assert.All(recipes, recipe => Assert.NotEmpty(RecipeFile.Read(recipe, []).Stages.SelectMany(stage => stage.Before.Append(stage)).ToArray())); // studies refuse what cannot be compared
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
