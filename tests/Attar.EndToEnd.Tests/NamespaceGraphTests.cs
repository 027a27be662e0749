using System.Text.RegularExpressions;

namespace Attar.EndToEnd.Tests;

/// <summary>An arrow points down, never up: what the source imports, and the picture of it in ARCHITECTURE.md.</summary>
public sealed partial class NamespaceGraphTests
{
    static readonly string root = DocumentsTests.Root(AppContext.BaseDirectory);

    /// <summary>Circles that stand, and why.</summary>
    static readonly (string Within, string Why)[] known =
    [
        ("Attar.Tensors.Kernels.Cpu", "the products choose among the kernels of narrower numbers, which are built on the tiles of the wide ones"),
        ("Attar.Data", "a generated shop stands in the importers' list, and is made of products and queries"),
        ("Attar.Weights", "a reference is understood by its kinds, each of which is one and fetches what the store keeps"),
        ("Attar.Labeling", "the stage asks the teachers that run here or behind an endpoint, and these write into its store"),
    ];

    /// <summary>What ARCHITECTURE.md draws, in this order.</summary>
    static readonly string[] drawn = ["Attar.Models", "Attar", "Attar.Online", "Attar.Server"];

    [Fact]
    public void There_is_no_circle_but_those_that_are_known()
    {
        var circles = NamespaceGraph.Of(Path.Combine(root, "src")).Circles();
        Assert.All(circles, circle => Assert.True(known.Any(entry => circle.All(name => name == entry.Within || name.StartsWith(entry.Within + ".", StringComparison.Ordinal))), "a circle of " + string.Join(", ", circle)));
        Assert.Equal(known.Length, circles.Count); // one that is gone leaves the list
        Assert.All(drawn, project => Assert.Empty(Of(project).Circles()));
    }

    [Fact]
    public void A_circle_is_found()
    {
        string[] names = Graph(("A", "using Attar.B;", ""), ("B", "using static Attar.C.Thing;", ""), ("C", "using Attar.B;", "static class Thing;"), ("D.E", "using Attar.A;", "")).Circles().Single();
        Assert.Equal(["Attar.B", "Attar.C"], names);
    }

    [Fact]
    public void A_child_that_names_a_type_of_its_parent_knows_it()
    {
        const string Parent = "/// <summary>A <c>Child</c>.</summary>\npublic sealed record Parent(int Size);";
        Assert.Equal(["Attar.A", "Attar.A.B"], Graph(("A", "using Attar.A.B;", Parent), ("A.B", "", "sealed record Child(Parent Of);")).Circles().Single());
        Assert.Empty(Graph(("A", "using Attar.A.B;", Parent), ("A.B", "", "/// <summary>Of a Parent.</summary>\nsealed record Child(string Of = \"Parent\") { int Size => Of.Parent; }")).Circles());
        Assert.Empty(Graph(("A", "using Attar.A.B;", Parent), ("A.B", "", "enum Parent { Child }")).Circles());
    }

    [Fact]
    public void Only_arrows_that_others_do_not_imply_are_drawn() => Assert.Equal(
        "```mermaid\ngraph TD\n  A --> B\n  Attar --> D\n  B --> C\n  D --> A\n```\n",
        Graph(("A", "using Attar.B;\nusing Attar.C;", ""), ("B", "using Attar.C;", ""), ("C", "", ""), ("D.E", "using Attar.A;", ""), ("", "using Attar.D.E;", "")).Folders("Attar").Picture());

    static NamespaceGraph Graph(params (string Name, string Usings, string Code)[] files)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attar-test-");
        foreach (var (name, usings, code) in files)
            File.WriteAllText(Path.Combine(folder.FullName, name + ".cs"), $"{usings}\n\nnamespace Attar{(name == "" ? "" : "." + name)};\n\n{code}\n");
        NamespaceGraph graph = NamespaceGraph.Of(folder.FullName);
        folder.Delete(recursive: true);
        return graph;
    }

    /// <summary><c>ATTAR_DRAW=1</c> draws them anew.</summary>
    [Fact]
    public void The_architecture_s_pictures_are_those_of_the_source()
    {
        string path = Path.Combine(root, "ARCHITECTURE.md"), page = File.ReadAllText(path);
        if (Environment.GetEnvironmentVariable("ATTAR_DRAW") == "1")
        {
            int next = 0;
            File.WriteAllText(path, Pictures().Replace(page, _ => Of(drawn[next++]).Picture()));
        }
        else Assert.Equal(drawn.Select(project => Of(project).Picture()), Pictures().Matches(page).Select(picture => picture.Value));
    }

    static NamespaceGraph Of(string project) => NamespaceGraph.Of(Path.Combine(root, "src", project)).Folders(project);

    [GeneratedRegex("```mermaid\n.*?```\n", RegexOptions.Singleline)]
    private static partial Regex Pictures();
}
