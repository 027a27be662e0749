namespace Attar.EndToEnd.Tests;

/// <summary>An arrow points down, never up: what the source imports, and the picture of it in ARCHITECTURE.md.</summary>
public sealed class NamespaceGraphTests
{
    static readonly string root = DocumentsTests.Root(AppContext.BaseDirectory);

    /// <summary>Circles that stand, and why.</summary>
    static readonly (string Within, string Why)[] known =
    [
        ("Attar.Tensors.Kernels.Cpu", "the products choose among the kernels of narrower numbers, which are built on the tiles of the wide ones"),
        ("Attar.Models", "a model's folder has a tokenizer, a tokenizer's folder may be an adapter's, and a GGUF file is both: to be parted"),
        ("Attar.Server", "requests, scoring and models speak of each other: to be parted"),
    ];

    [Fact]
    public void The_pipeline_has_no_circle_and_others_are_those_that_are_known()
    {
        var graph = NamespaceGraph.Of(Path.Combine(root, "src"));
        Assert.All(graph.Circles(), circle => Assert.True(known.Any(entry => circle.All(name => name == entry.Within || name.StartsWith(entry.Within + ".", StringComparison.Ordinal))), "a circle of " + string.Join(", ", circle)));
        Assert.Equal(known.Length, graph.Circles().Count); // one that is gone leaves the list
        Assert.Empty(NamespaceGraph.Of(Path.Combine(root, "src", "Attar")).Folders("Attar").Circles());
    }

    [Fact]
    public void A_circle_is_found()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attar-test-");
        foreach (var (name, import) in new[] { ("A", "B"), ("B", "C"), ("C", "B"), ("D.E", "A") })
            File.WriteAllText(Path.Combine(folder.FullName, name + ".cs"), $"using Attar.{import};\n\nnamespace Attar.{name};\n");
        NamespaceGraph graph = NamespaceGraph.Of(folder.FullName);
        Assert.Equal(["Attar.B", "Attar.C"], Assert.Single(graph.Circles()));
        Assert.Equal("```mermaid\ngraph TD\n  A --> B\n  B --> C\n  C --> B\n  D --> A\n```\n", graph.Folders("Attar").Picture());
        folder.Delete(recursive: true);
    }

    /// <summary><c>ATTAR_DRAW=1</c> draws it anew.</summary>
    [Fact]
    public void The_architecture_s_picture_is_that_of_the_source()
    {
        string path = Path.Combine(root, "ARCHITECTURE.md"), page = File.ReadAllText(path), drawn = NamespaceGraph.Of(Path.Combine(root, "src", "Attar")).Folders("Attar").Picture();
        int start = page.IndexOf("```mermaid", StringComparison.Ordinal), end = page.IndexOf("```\n", start + 3, StringComparison.Ordinal) + 4;
        if (Environment.GetEnvironmentVariable("ATTAR_DRAW") == "1") File.WriteAllText(path, page[..start] + drawn + page[end..]);
        else Assert.Equal(drawn, page[start..end]);
    }
}
