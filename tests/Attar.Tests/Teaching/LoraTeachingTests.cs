using Attar.Data;
using Attar.Data.Shop;
using Attar.Distillation;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Gguf;
using Attar.Models.Lora;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Teaching;
using Attar.Tensors.Autograd;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Tests.Teaching;

/// <summary>A teacher that is taught through low-rank updates of a model it starts from.</summary>
public sealed class LoraTeachingTests : IDisposable
{
    static readonly TrainingOptions training = new(Epochs: 1, BatchTokens: 128, LearningRate: 5e-3f, KeepBest: false, CheckpointSeconds: 0, Accumulate: 2, Checkpointing: true);
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-lora-").FullName);

    public LoraTeachingTests()
    {
        new ImportStage("generated", Shop: new ShopOptions(Products: 100, Queries: 30, JudgedTrainQueries: 10, JudgedPerQuery: 6)).Run(Context());
        new TokenizerStage(Vocabulary: 300).Run(Context());
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(workspace.Tokenizer);
        using var model = new Decoder(new DecoderConfig(tokenizer.VocabularySize, 16, 2, 4, 2, 24, 64));
        model.Parameters.Initialize(1, .2f);
        ModelStore.Save(model, workspace.Model("base"));
        tokenizer.Save(workspace.Model("base"));
    }

    [Fact]
    public void Teacher_and_adapter_are_written_and_the_rest_of_the_base_is_as_it_was()
    {
        TeachStage stage = Stage();
        stage.Run(Context());
        Assert.Equal(["teacher", "teacher-adapter"], stage.Outputs(workspace).Select(Path.GetFileName));
        using PairModel start = ModelStore.Load(workspace.Model("base")), teacher = ModelStore.Load(workspace.Teacher), joined = ModelStore.Load(workspace.Model("teacher-adapter"));
        string[] changed = [.. teacher.Parameters.All.Where(parameter => !parameter.Value.Span.SequenceEqual(start.Parameters[parameter.Name].Value.Span)).Select(parameter => parameter.Name)];
        Assert.Equal(["model.overlap_embeddings.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.v_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.1.self_attn.v_proj.weight", "score.weight"], changed);
        foreach (Parameter parameter in teacher.Parameters.All) Assert.Equal(parameter.Value.Span.ToArray(), joined.Parameters[parameter.Name].Value.Span.ToArray());
        Assert.Equal(teacher.Gains, joined.Gains);
        Assert.Equal(ModelStore.LoadTokenizer(workspace.Teacher).VocabularySize, ModelStore.LoadTokenizer(workspace.Model("teacher-adapter")).VocabularySize);
        foreach (string file in Directory.GetFiles(workspace.Tokenizer)) File.Delete(Path.Combine(workspace.Model("teacher-adapter"), Path.GetFileName(file)));
        Assert.Equal(teacher.VocabularySize, ModelStore.LoadTokenizer(workspace.Model("teacher-adapter")).VocabularySize); // the base's

        new TeachStage("teacher-adapter", Training: training).Run(Context()); // an adapter is a model to start from
        Assert.Contains(workspace.Model("base"), new TeachStage("teacher-adapter").Inputs(workspace));
    }

    [Fact]
    public void A_training_that_was_stopped_goes_on_to_the_same_adapter_from_a_checkpoint_of_what_is_trained()
    {
        Stage().Run(Context());
        string adapter = Path.Combine(workspace.Model("teacher-adapter"), "adapter_model.safetensors");
        byte[] straight = File.ReadAllBytes(adapter);
        foreach (string output in Stage().Outputs(workspace)) Directory.Delete(output, recursive: true);

        Assert.Throws<OperationCanceledException>(() => Stage().Run(Context(stopAfter: 2)));
        using (SafeTensorsFile checkpoint = SafeTensorsFile.Open(Path.Combine(workspace.Teacher, "checkpoints", "latest.safetensors")))
            Assert.Equal(3 * (2 * 2 * 2 + 2), checkpoint.Names.Count); // A and B of two layers of two kinds, the head and the marks, with two moments each
        Stage().Run(Context());
        Assert.Equal(straight, File.ReadAllBytes(adapter));
    }

    [Fact]
    public void The_adapter_is_exported_as_PEFT_s_folder_and_as_a_file_of_llama_cpp()
    {
        string to = workspace.Model("exported");
        var export = new ExportStage(to, Adapter: true);
        Assert.Contains("teach with --lora first", Assert.Throws<InputException>(() => export.Run(Context())).Message);
        Stage().Run(Context());
        export.Run(Context());
        Assert.Equal(File.ReadAllBytes(Path.Combine(workspace.Model("teacher-adapter"), "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(to, "adapter_model.safetensors")));
        using var file = new GgufFile(Path.Combine(to, "adapter.gguf"));
        Assert.Equal(["blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b", "blk.0.attn_v.weight.lora_a", "blk.0.attn_v.weight.lora_b"], file.Names.Where(name => name.StartsWith("blk.0.", StringComparison.Ordinal)));
        Assert.Contains("an adapter wants a folder of its own", Assert.Throws<InputException>(() => new ExportStage(workspace.Teacher, Adapter: true).Run(Context())).Message);
    }

    [Fact]
    public void Updates_need_a_model_to_start_from() =>
        Assert.Contains("expected a model to start from", Assert.Throws<InputException>(() => new TeachStage(Lora: new LoraOptions()).Run(Context())).Message);

    [Fact]
    public void What_the_stage_writes_is_nothing_to_start_from() =>
        Assert.Contains("teacher-adapter is what this stage writes", Assert.Throws<InputException>(() => new TeachStage("teacher-adapter", Lora: new LoraOptions()).Run(Context())).Message);

    [Fact]
    public void A_faulty_option_or_folder_leaves_the_teacher_that_was_there()
    {
        Run(Stage());
        byte[] before = File.ReadAllBytes(Path.Combine(workspace.Teacher, "attar", "model.safetensors"));
        Assert.Throws<InvalidDataException>(() => Run(Stage() with { Lora = new LoraOptions(Targets: ["query"]) }));
        Assert.Throws<InputException>(() => Run(Stage() with { From = "nowhere" }));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(workspace.Teacher, "attar", "model.safetensors")));
        Assert.True(AdapterFolder.Is(workspace.Model("teacher-adapter")));
        Assert.Empty(Run(Stage()));
    }

    IReadOnlyList<string> Run(TeachStage stage) => RecipeRunner.Run(Recipe.Of(stage, 7), Context());

    static TeachStage Stage() => new("base", Training: training, Lora: new LoraOptions(4, Targets: ["q_proj", "v_proj"], Dropout: .1f));

    StageContext Context(int stopAfter = -1)
    {
        var stop = new CancellationTokenSource();
        return new(workspace, 7, 2, new StoppingProgress(stop, stopAfter), TimeProvider.System, stop.Token);
    }

    sealed class StoppingProgress(CancellationTokenSource stop, int after) : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "")
        {
            if (what == "teach" && done == after) stop.Cancel();
        }

        public void Note(string line) { }
    }

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);
}
