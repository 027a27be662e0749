using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Evaluation.Report;
using Attar.Labeling;
using Attar.Labeling.Teachers;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Tests.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Teachers;

/// <summary>A language model of random weights, which nobody taught grades, is asked about the pairs of a small shop.</summary>
public sealed class LanguageTeacherTests : IDisposable
{
    const string Asked = "{query} {product} answer", Other = "product {product} query {query} answer";

    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-language-").FullName);
    readonly SinkOfLines notes = new();

    public LanguageTeacherTests()
    {
        new ImportStage("generated", Shop: new ShopOptions(Products: 100, Queries: 30, JudgedTrainQueries: 10, JudgedPerQuery: 6)).Run(Context());
        new TokenizerStage(Vocabulary: 300).Run(Context());
        new GenerateStage(PerQuery: 10).Run(Context());
        WordPieceTokenizer shop = WordPieceTokenizer.Load(workspace.Tokenizer);
        string[] words = [.. Enumerable.Range(0, shop.VocabularySize).Select(shop.TokenOf)];
        WordPieceTokenizer tokenizer = new([.. words, .. new[] { "yes", "no" }.Except(words)]);
        using var language = new Decoder(new DecoderConfig(tokenizer.VocabularySize, 32, 2, 2, 1, 48, 64, 1, Overlap: OverlapMarks.None));
        language.Parameters.Initialize(3, .3f);
        ModelStore.Save(language, workspace.Model("whole"));
        ModelFolder description = ModelFolder.Open(workspace.Model("whole"));
        description.Config.Remove("attar");
        description.Save(workspace.Model("language"), language.Parameters.Stored().Where(tensor => tensor.Name != "score.weight"));
        tokenizer.Save(workspace.Model("language"));
        using var taught = new Decoder(new DecoderConfig(shop.VocabularySize, 32, 2, 2, 1, 48, 64, 4)) { Gains = [0, 1 / 3.0, 2 / 3.0, 1] };
        taught.Parameters.Initialize(1, .2f);
        ModelStore.Save(taught, workspace.Teacher);
        shop.Save(workspace.Teacher);
    }

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);

    [Fact]
    public void Its_answers_are_scores_and_with_judgments_grades()
    {
        float[] raw = Labels(new LabelStage(ScoreTransform.Raw, Teachers: ["language"], PairTemplate: Asked)), other = Labels(new LabelStage(ScoreTransform.Raw, Teachers: ["language"], PairTemplate: Other));
        Assert.True(raw.Distinct().Count() > raw.Length / 2);
        Assert.NotEqual(raw, other);

        float[] odds = Labels(new LabelStage(Teachers: ["language"], PairTemplate: Asked));
        LabelStamp stamp = LabelManifest.Read(workspace.Labels).Stamp;
        Assert.Equal(4, LabelStore.Read(workspace.Labels, distributions: true).First().Distribution!.Length);
        Assert.StartsWith("prompt-64-", stamp.Template);
        Assert.Contains("+", stamp.Teacher); // people's judgments make its grades
        Array.Sort(raw, odds);
        float[] steps = [.. odds.Zip(odds[1..], (before, after) => after - before)]; // a calibration goes one way, up or down
        Assert.True(steps.All(step => step >= -1e-5f) || steps.All(step => step <= 1e-5f));
        Assert.NotEqual(odds[0], odds[^1]);
    }

    [Fact]
    public void Beside_a_teacher_taught_here_it_alone_is_asked_by_the_template()
    {
        float[] alone = Labels(new LabelStage(Teachers: ["teacher"])), language = Labels(new LabelStage(Teachers: ["language"], PairTemplate: Asked));
        float[] both = Labels(new LabelStage(Teachers: ["teacher", "language"], PairTemplate: Asked, Weigh: TeacherWeighing.Alike));
        for (int i = 0; i < both.Length; i++) Assert.Equal((alone[i] + language[i]) / 2, both[i], 1e-4f);
        Assert.StartsWith("pair1-", LabelManifest.Read(workspace.Labels).Stamp.Template);
        Labels(new LabelStage(Teachers: ["teacher"], Cascade: new CascadeOptions("language", .3), PairTemplate: Asked));
        Assert.Equal(.3, LabelManifest.Read(workspace.Labels).Stamp.Cascade!.Share);
    }

    [Fact]
    public void In_fewer_bits_it_is_compared_with_itself()
    {
        Labels(new LabelStage(Teachers: ["language@bf16"], PairTemplate: Asked, MinAgreement: 0));
        Assert.Equal("language@bf16", LabelManifest.Read(workspace.Labels).Precisions![0].Model);
    }

    [Fact]
    public void It_is_measured_where_somebody_says_how_it_is_asked()
    {
        var stage = new EvaluateStage(["bm25", "language"], Resamples: 100, PooledResamples: 100, PairTemplates: new() { ["language"] = Asked });
        stage.Run(Context());
        Assert.Equal(2, Attar.Evaluation.MetricsFile.Read(workspace.Metrics).Systems.Count);
        Assert.Contains("or ask it (--pair-template", Assert.Throws<CheckpointException>(() => (stage with { PairTemplates = null }).Run(Context())).Message);
        Assert.Contains("or ask it (--pair-template", Assert.Throws<CheckpointException>(() => Labels(new LabelStage(Teachers: ["language"]))).Message);
    }

    float[] Labels(LabelStage stage)
    {
        RecipeRunner.Run(Recipe.Of(stage, 1), Context());
        return [.. LabelStore.Read(workspace.Labels).Select(label => label.Score)];
    }

    StageContext Context() => new(workspace, 1, 2, notes, TimeProvider.System, TestContext.Current.CancellationToken);
}
