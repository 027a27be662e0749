using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Labeling;
using Attar.Recipes;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Tests.Weights;

public sealed class NamedModelsTests : IDisposable
{
    const string Reference = "hf:" + PlayedHub.Repository;

    readonly Puller puller = new();

    public void Dispose() => puller.Dispose();

    [Fact]
    public async Task A_reference_is_fetched_when_it_is_first_named_and_once()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        Workspace workspace = At(hub);
        string path = workspace.Resolve(Reference);
        Assert.True(File.Exists(Path.Combine(path, "config.json")));
        Assert.Equal(path, workspace.Resolve(Reference));
        Assert.Equal(path, workspace.Round(2).ModelAt(Reference));
        Assert.Equal(1, hub.Times("model.safetensors"));
    }

    [Fact]
    public async Task A_folder_of_the_workspace_wins_over_a_short_name_and_that_is_said_once()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        Workspace workspace = At(hub);
        Directory.CreateDirectory(workspace.Model("minilm"));
        Assert.Equal(workspace.Model("minilm"), workspace.Resolve("minilm"));
        Assert.Equal(workspace.Model("minilm"), workspace.Resolve("minilm"));
        Assert.Equal($"minilm: the workspace's own folder {workspace.Model("minilm")}, not the weights known by that name", Assert.Single(puller.Notes));
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task What_is_no_reference_stays_what_it_was()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        Workspace workspace = At(hub);
        Assert.Equal(workspace.Model("student"), workspace.Resolve("student"));
        Assert.Equal("/models/teacher", workspace.Resolve("/models/teacher"));
        Assert.Equal(Path.GetFullPath("models/teacher"), workspace.Resolve("models/teacher"));
        Assert.Equal(Path.GetFullPath("small.gguf"), workspace.Resolve("small.gguf"));
        File.WriteAllText(workspace.Model("small.gguf"), "");
        Assert.Equal(workspace.Model("small.gguf"), workspace.ModelAt("small.gguf"));
        Assert.Equal(Path.GetFullPath("nowhere.onnx"), workspace.Resolve("nowhere.onnx"));
    }

    [Fact]
    public async Task A_name_nobody_knows_is_told_with_those_that_are_known()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        string message = Assert.Throws<InputException>(() => At(hub).ModelAt("minilmm")).Message;
        Assert.Contains("no model named 'minilmm' in the workspace; train it first, or name another: minilm, arctic-xs, hf:ORG/NAME[@REVISION] for a model of the Hub", message);
    }

    [Fact]
    public void A_folder_here_that_has_the_name_is_told_of()
    {
        string name = Path.GetRandomFileName();
        try
        {
            Directory.CreateDirectory(name);
            File.WriteAllText(Path.Combine(name, "config.json"), "{}");
            Assert.Contains($"to take the folder of this name here, write {Path.Combine(".", name)}", Assert.Throws<InputException>(() => new Workspace(Path.Combine(name, "none")).ModelAt(name)).Message);
        }
        finally
        {
            Directory.Delete(name, recursive: true);
        }
    }

    [Fact]
    public async Task A_stage_remembers_the_reference_and_not_this_machine_s_store()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        Workspace workspace = At(hub);
        Stage[] stages = [new ReadingStage(Reference)];
        var recipe = new Recipe("made-up", "", new Dictionary<string, string>(), 1, null, stages, []);
        var context = new StageContext(workspace, 1, 1, puller, TimeProvider.System, CancellationToken.None);
        Assert.Single(RecipeRunner.Run(recipe, context));
        Assert.Empty(RecipeRunner.Run(recipe, context));
        string record = File.ReadAllText(workspace.Record);
        Assert.DoesNotContain(puller["store"], record);
        JsonNode entry = JsonNode.Parse(record)!["stages"]!["reading"]!;
        Assert.Equal(Reference, (string?)entry["options"]!["from"]);
        string inputs = entry["inputs"]!.ToJsonString();
        Assert.StartsWith($$"""{"{{Reference}}":""", inputs);

        // Another machine, another store, another day: the same inputs.
        using var elsewhere = new Puller();
        Directory.CreateDirectory(elsewhere["workspace"]);
        File.Copy(workspace.Record, elsewhere["workspace", "workspace.json"]);
        Directory.CreateDirectory(elsewhere["workspace", "reading"]);
        File.Copy(workspace.Model("reading/out.txt"), elsewhere["workspace", "reading", "out.txt"]);
        var there = new Workspace(elsewhere["workspace"]).With(new StoreModels(elsewhere.At(hub), elsewhere));
        Assert.Empty(RecipeRunner.Run(recipe, context with { Workspace = there, Progress = elsewhere }));
    }

    [Fact]
    public void Scores_of_a_reference_have_a_file_of_their_own()
    {
        var workspace = new Workspace(puller["workspace"]);
        Assert.Equal(Path.Combine(workspace.Root, "scores", "student@int8.tsv"), new ScoreStage("student@int8").Outputs(workspace).Single());
        string output = new ScoreStage(Reference).Outputs(workspace).Single();
        Assert.Equal(Path.Combine(workspace.Root, "scores"), Path.GetDirectoryName(output));
        Assert.Matches("^hf_org_small-model-[0-9a-f]{8}.tsv$", Path.GetFileName(output));
        Assert.Equal(Path.Combine(workspace.Root, "scores"), Path.GetDirectoryName(new ScoreStage("/models/teacher").Outputs(workspace).Single()));
    }

    [Fact]
    public async Task Systems_are_named_by_reference_and_joined()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        Workspace workspace = At(hub);
        Assert.Equal(new NamedSystem("small-model@int8", Reference + "@int8"), NamedSystem.Parse(Reference + "@int8"));
        Assert.Equal([workspace.Resolve(Reference)], NamedSystem.Parse(Reference).Inputs(workspace));
        Assert.Equal([workspace.Resolve(Reference), workspace.Model("student")], NamedSystem.Parse($"both={Reference}@int8+student").Inputs(workspace));
    }

    [Fact]
    public async Task An_ONNX_file_is_converted_once_by_its_content()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        string folder = Directory.CreateDirectory(puller["models"]).FullName, file = Path.Combine(folder, "bert.onnx");
        File.WriteAllBytes(file, MadePackage.Onnx("bert-whole"));
        Assert.Contains("expected the model's tokenizer beside it", Assert.Throws<InvalidDataException>(() => At(hub).Resolve(file)).Message);
        File.WriteAllBytes(Path.Combine(folder, "vocab.txt"), MadePackage.Vocabulary);
        string path = At(hub).ModelAt(file);
        File.Copy(Path.Combine(folder, "vocab.txt"), Path.Combine(Directory.CreateDirectory(puller["copy"]).FullName, "vocab.txt"));
        File.Copy(file, puller["copy", "bert.onnx"]);
        Assert.Equal(path, At(hub).Resolve(puller["copy", "bert.onnx"]));
        Assert.Matches("^onnx:[0-9a-f]{16}/bert.onnx$", Assert.Single(puller.Store.All()).Manifest.Reference);
        using var model = Models.Checkpoints.ModelStore.Load(path);
        Assert.Equal(1, model.Labels);
        File.WriteAllText(puller["copy", "vocab.txt"], File.ReadAllText(puller["copy", "vocab.txt"]).Replace("word14", "other"));
        At(hub).Resolve(puller["copy", "bert.onnx"]);
        Assert.Equal(2, puller.Store.All().Count);
    }

    Workspace At(PlayedHub hub)
    {
        Directory.CreateDirectory(puller["workspace"]);
        return new Workspace(puller["workspace"]).With(new StoreModels(puller.At(hub), puller));
    }

    /// <summary>Reads a model and writes how many files it has.</summary>
    sealed record ReadingStage(string From) : Stage
    {
        public override string Title => "reading";

        public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Resolve(From)];

        public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Model("reading")];

        public override void Run(StageContext context) =>
            AtomicFile.WriteText(context.Workspace.Model("reading/out.txt"), writer => writer.Write(Directory.GetFiles(context.Workspace.ModelAt(From)).Length));
    }
}
