using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Labeling;
using Attar.Labeling.Endpoints;
using Attar.Labeling.Teachers;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Heads;
using Attar.Models.Sentences;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Retrieval;
using Attar.Studies;
using Attar.Teaching;
using Attar.Tests.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Teachers;

/// <summary>Teachers of random weights label the pairs of a small shop.</summary>
public sealed class TeacherTests : IDisposable
{
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-teachers-").FullName);
    readonly SinkOfLines notes = new();

    public TeacherTests()
    {
        new ImportStage("generated", Shop: new ShopOptions(Products: 100, Queries: 30, JudgedTrainQueries: 10, JudgedPerQuery: 6)).Run(Context());
        new TokenizerStage(Vocabulary: 300).Run(Context());
        new GenerateStage(PerQuery: 10).Run(Context());
        Make("teacher", seed: 1);
        Make("other", seed: 2);
    }

    [Fact]
    public void Several_teachers_give_the_mean_of_their_scores_and_distributions()
    {
        (Label[] one, LabelStamp stampOfOne) = Labels("teacher");
        (Label[] two, LabelStamp stampOfTwo) = Labels("other");
        Run(new LabelStage(Teachers: ["teacher", "other"], Weigh: TeacherWeighing.Alike));
        (Label[] both, LabelStamp stamp) = ([.. LabelStore.Read(workspace.Labels, distributions: true)], LabelManifest.Read(workspace.Labels).Stamp);
        Assert.Equal(one.Length, both.Length);
        for (int i = 0; i < both.Length; i++)
        {
            Assert.Equal((one[i].QueryId, one[i].ProductId), (both[i].QueryId, both[i].ProductId));
            Assert.Equal((one[i].Score + two[i].Score) / 2, both[i].Score, 1e-5f);
            for (int k = 0; k < 3; k++) Assert.Equal((one[i].Distribution![k] + two[i].Distribution![k]) / 2, both[i].Distribution![k], 1e-4);
        }
        Assert.Equal($"{stampOfOne.Teacher},{stampOfTwo.Teacher}", stamp.Teacher);
        Assert.Equal("float32,float32", stamp.Precision);
        Assert.NotNull(stamp.DifferenceTo(stampOfOne));
    }

    [Theory, InlineData(ScoreTransform.ExpectedGain), InlineData(ScoreTransform.Logit)]
    public void Polarised_teachers_are_mixed_as_gains_pushed_to_their_ends(ScoreTransform transform)
    {
        (Label[] one, _) = Labels("teacher");
        (Label[] two, _) = Labels("other");
        foreach (double steepness in new[] { 1, 4.0 })
        {
            Run(new LabelStage(transform, Teachers: ["teacher", "other"], Weigh: TeacherWeighing.Alike, Polarise: steepness));
            double Gain(Label label) => 1 / (1 + Math.Exp(-steepness * label.Score));
            Assert.Equal(steepness, LabelManifest.Read(workspace.Labels).Stamp.Polarise);
            foreach (var (label, mean) in LabelStore.Read(workspace.Labels).Zip(one.Zip(two, (a, b) => (Gain(a) + Gain(b)) / 2)))
                Assert.Equal(mean, transform == ScoreTransform.Logit ? 1 / (1 + Math.Exp(-label.Score)) : label.Score, 1e-5);
        }
        LabelStamp stamp = LabelManifest.Read(workspace.Labels).Stamp;
        Run(new LabelStage(transform, Teachers: ["teacher", "other"], Weigh: TeacherWeighing.Alike));
        Assert.Contains("polarise 4 here, none there", stamp.DifferenceTo(LabelManifest.Read(workspace.Labels).Stamp));
    }

    [Fact]
    public void One_polarised_teacher_at_steepness_1_gives_its_expected_gains()
    {
        Run(new LabelStage(ScoreTransform.ExpectedGain, Teachers: ["teacher"]));
        Label[] plain = [.. LabelStore.Read(workspace.Labels)];
        Run(new LabelStage(ScoreTransform.ExpectedGain, Teachers: ["teacher"], Polarise: 1));
        foreach (var (a, b) in plain.Zip(LabelStore.Read(workspace.Labels))) Assert.Equal(a.Score, b.Score, 1e-5f);
    }

    [Theory]
    [InlineData(0, "teacher", ScoreTransform.Logit, "found 0; expected a number above 0")]
    [InlineData(-2, "teacher", ScoreTransform.Logit, "found -2; expected a number above 0")]
    [InlineData(double.NaN, "teacher", ScoreTransform.Logit, "expected a number above 0")]
    [InlineData(4, "bm25", ScoreTransform.Logit, "teachers that grade here")]
    [InlineData(4, "teacher", ScoreTransform.Raw, "teachers that grade here")]
    public void What_cannot_be_polarised_is_told(double steepness, string teacher, ScoreTransform transform, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Run(new LabelStage(transform, Teachers: [teacher], Polarise: steepness))).Message);

    [Fact]
    public void Teachers_count_as_they_foretell_the_dev_judgments_and_the_stamp_says_how_much()
    {
        (Label[] one, _) = Labels("teacher");
        (Label[] two, _) = Labels("other");
        (Label[] both, LabelStamp stamp) = Labels("teacher", "other");
        string told = Assert.Single(notes.Lines, line => line.Contains("as they foretell the dev judgments", StringComparison.Ordinal));
        double[] weights = [.. stamp.Teacher.Split(',').Select(part => part.Split('*') is [_, var weight] ? double.Parse(weight, CultureInfo.InvariantCulture) : .5)];
        Assert.Equal(1, weights.Sum(), 9);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"teacher ({weights[0]:p0}) and other ({weights[1]:p0})"), told);
        for (int i = 0; i < both.Length; i++) Assert.Equal(weights[0] * one[i].Score + weights[1] * two[i].Score, both[i].Score, 1e-5);
    }

    [Fact]
    public void How_many_pairs_were_cut_is_told()
    {
        Make("short", seed: 1, longest: 12);
        Make("long", seed: 2, longest: 512);
        Labels("long");
        Assert.DoesNotContain(notes.Lines, note => note.Contains("the beginning", StringComparison.Ordinal));
        Labels("long", "short");
        Assert.Matches("^label: short read the beginning of the product alone in [1-9][0-9.]* % of the pairs", Assert.Single(notes.Lines, note => note.Contains("the beginning", StringComparison.Ordinal)));
        new ScoreStage("short").Run(Context());
        Assert.StartsWith("score: short read the beginning", notes.Lines[^1]);
    }

    [Theory, InlineData("int8"), InlineData("bf16")]
    public void Fewer_bits_are_stamped_and_their_agreement_is_told_and_kept(string bits)
    {
        (Label[] exact, LabelStamp stamp) = Labels("teacher");
        (Label[] reduced, LabelStamp reducedStamp) = Labels($"teacher@{bits}");
        Assert.Equal(stamp with { Precision = bits == "bf16" ? "bfloat16" : bits }, reducedStamp);
        var agreement = Assert.Single(LabelManifest.Read(workspace.Labels).Precisions!);
        float[] differences = [.. exact.Zip(reduced, (a, b) => MathF.Abs(a.Score - b.Score))];
        Assert.Equal(($"teacher@{bits}", exact.Length), (agreement.Model, agreement.Pairs)); // fewer than a sample would have: all of them
        Assert.Equal(differences.Max(), agreement.LargestDifference, 1e-5);
        Assert.Equal(differences.Average(), agreement.MeanDifference, 1e-5);
        Assert.InRange(agreement.SameOrder!.Value, .9, 1);
        Assert.Contains(notes.Lines, line => line.StartsWith($"label: teacher@{bits}: on {exact.Length} pairs the scores differ", StringComparison.Ordinal));
    }

    [Fact]
    public void Fewer_bits_that_agree_too_little_are_refused_and_the_labels_there_are_stay()
    {
        Labels("teacher");
        byte[] before = File.ReadAllBytes(Path.Combine(workspace.Labels, LabelStore.ShardName(0)));
        string message = Assert.Throws<StageFailedException>(() => Run(new LabelStage(Teachers: ["teacher@int8"], MinAgreement: 1.01))).Message;
        Assert.StartsWith("label: refused: teacher@int8 orders ", message);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(workspace.Labels, LabelStore.ShardName(0))));
        Assert.Null(LabelManifest.Read(workspace.Labels).Precisions);
    }

    [Fact]
    public void A_second_round_asks_the_teacher_about_new_pairs_alone()
    {
        (Label[] first, _) = Labels("teacher");
        new GenerateStage(PerQuery: 4, Model: "other", ModelShare: .5, TopShare: 0, RandomShare: .3, MiddleShare: 0, DeepShare: 0, CategoryShare: .2, SwapShare: 0, BrandShare: 0, Round: 2).Run(Context());
        var second = new LabelStage(Round: 2);
        Assert.Contains(workspace.Labels, second.Inputs(workspace));
        Run(second);
        Label[] both = [.. LabelStore.Read(workspace.Round(2).Labels)];
        Assert.Contains($"label: {first.Length} of {both.Length} pairs were labelled before", notes.Lines);
        Assert.Empty(first.Select(label => (label.QueryId, label.ProductId, label.Score)).Except(both.Select(label => (label.QueryId, label.ProductId, label.Score))));
        Assert.Equal(PairStore.Read(workspace.Round(2).Pairs).Select(pair => (pair.QueryId, pair.ProductId)), both.Select(label => (label.QueryId, label.ProductId)));
    }

    [Fact]
    public void Bm25_gives_its_scores_alone()
    {
        (Label[] labels, LabelStamp stamp) = Labels("bm25");
        Assert.Equal(0, stamp.Grades);
        Dataset data = DatasetFiles.Read(workspace.Data);
        var index = new Bm25Index(data.Products);
        Assert.All(labels.Take(50), label => Assert.Equal(
            index.Score(data.Queries.Single(query => query.Id == label.QueryId).Text, data.Products.Single(product => product.Id == label.ProductId)), label.Score));
        Assert.Equal(PairStore.Read(workspace.Pairs).Select(pair => (pair.QueryId, pair.ProductId)), labels.Select(label => (label.QueryId, label.ProductId)));
    }

    [Fact]
    public void An_encoder_of_sentences_gives_its_cosines_as_grades_that_people_s_judgments_taught_it()
    {
        MakeSentences();
        (Label[] labels, LabelStamp stamp) = Labels("sentences");
        Dataset data = DatasetFiles.Read(workspace.Data);
        Assert.Equal((data.Scale.Grades, "similarity"), (stamp.Grades, stamp.Template));
        Dictionary<string, string> queries = data.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        Dictionary<string, Product> products = data.Products.ToDictionary(product => product.Id);
        using var similarity = new SimilarityReranker("sentences", workspace.Model("sentences"), 1);
        (float Cosine, Label Label)[] found = [.. labels.Select(label => (similarity.Score(queries[label.QueryId], [products[label.ProductId]])[0], label)).OrderBy(pair => pair.Item1)];
        Assert.All(found, pair => Assert.Equal(1, pair.Label.Distribution!.Sum(), 1e-3));
        for (int i = 1; i < found.Length; i++) // the score follows from the cosine alone, and smoothly
            Assert.True(Math.Abs(found[i].Label.Score - found[i - 1].Label.Score) <= 60 * (found[i].Cosine - found[i - 1].Cosine) + 1e-3);
        Assert.True(found.Max(pair => pair.Label.Score) > found.Min(pair => pair.Label.Score));

        string[] lines = File.ReadAllLines(Path.Combine(workspace.Data, DatasetFiles.Judgments));
        File.WriteAllLines(Path.Combine(workspace.Data, DatasetFiles.Judgments), lines[..^1]);
        Assert.NotNull(Labels("sentences").Stamp.DifferenceTo(stamp)); // other judgments, other grades
        File.WriteAllLines(Path.Combine(workspace.Data, DatasetFiles.Judgments), lines[..1]);
        Assert.Contains("learns from train judgments, of which there are none", Assert.Throws<InputException>(() => Labels("sentences")).Message);
    }

    [Fact]
    public void What_an_encoder_of_sentences_finds_alike_is_what_match_teaches()
    {
        MakeSentences();
        var stage = new MatchStage("sentences", PerQuery: 4, LeastQueries: 60, Training: new(Epochs: 1));
        RecipeRunner.Run(Recipe.Of(stage, 1), Context());
        using PairModel matched = ModelStore.Load(workspace.Model("teacher-matched"));
        Assert.Equal((OverlapMarks.Graded, DatasetFiles.Read(workspace.Data).Scale.Grades), (matched.Overlap, matched.Labels));
        Assert.NotEqual(0, matched.Parameters["bert.embeddings.overlap_embeddings.weight"].Value.Span.ToArray().Max(MathF.Abs));
        Assert.False(SentenceEncoder.Is(workspace.Model("teacher-matched")));
    }

    [Theory]
    [InlineData("sentences@int8", "computed in float32")]
    [InlineData("sentences,teacher", "teacher has 3 grades, sentences has 4")]
    [InlineData("teacher,teacher", "each once")]
    [InlineData("", "expected one or more names")]
    [InlineData("teacher,bm25", "bm25 has 4 grades, teacher has 3")]
    [InlineData("bm25@int8,teacher", "computed in float32")]
    [InlineData("teacher,nobody", "no model named 'nobody'")]
    [InlineData("teacher,two-grades", "two-grades has 2 grades, teacher has 3")]
    [InlineData("no-grades", "has one logit and no grades; expected --transform raw")]
    public void Names_that_make_no_teacher_are_told(string names, string expected)
    {
        Make("two-grades", seed: 3, gains: [0, 1]);
        Make("no-grades", seed: 3, gains: null, labels: 1);
        MakeSentences();
        Assert.Contains(expected, Assert.Throws<InputException>(() => Run(new LabelStage(Teachers: names.Split(',', StringSplitOptions.RemoveEmptyEntries)))).Message);
    }

    [Fact]
    public void A_model_of_one_logit_labels_with_its_scores_as_they_are()
    {
        Make("one-logit", seed: 3, gains: null, labels: 1);
        Run(new LabelStage(ScoreTransform.Raw, Teachers: ["one-logit"]));
        LabelStamp stamp = LabelManifest.Read(workspace.Labels).Stamp;
        Assert.Equal((0, ScoreTransform.Raw), (stamp.Grades, stamp.Transform));
        Dataset data = DatasetFiles.Read(workspace.Data);
        using var reranker = new ModelReranker("one-logit", workspace.Model("one-logit"), 1);
        foreach (Label label in LabelStore.Read(workspace.Labels).Take(20))
            if (data.Queries.FirstOrDefault(query => query.Id == label.QueryId) is { } query) Assert.Equal(reranker.Score(query.Text, [data.Products.Single(product => product.Id == label.ProductId)])[0], label.Score, 1e-5f);

        Assert.Contains("has 3 grades; --transform raw is for models of one logit", Assert.Throws<InputException>(() => Run(new LabelStage(ScoreTransform.Raw, Teachers: ["teacher"]))).Message);
        MakeSentences();
        Assert.Contains("--transform raw is for models of one logit", Assert.Throws<InputException>(() => Run(new LabelStage(ScoreTransform.Raw, Teachers: ["sentences"]))).Message);
        Assert.Contains("raw is for models of one logit that run here", Assert.Throws<InputException>(() => Run(new LabelStage(ScoreTransform.Raw, new TeacherEndpoint("http://localhost:1/rerank")))).Message);
    }

    [Fact]
    public void A_pair_template_makes_other_labels_that_do_not_mix_with_the_others()
    {
        LabelStamp own = Labels("teacher").Stamp;
        Run(new LabelStage(Teachers: ["teacher"], PairTemplate: "{query} {product}"));
        LabelStamp asked = LabelManifest.Read(workspace.Labels).Stamp;
        Assert.StartsWith("prompt-64-", asked.Template);
        Assert.Contains("template", asked.DifferenceTo(own));
    }

    [Fact]
    public void A_teacher_elsewhere_and_teachers_here_are_one_too_many() =>
        Assert.Contains("remove the other", Assert.Throws<InputException>(() => Run(new LabelStage(Teacher: new TeacherEndpoint("http://localhost:1/rerank"), Teachers: ["teacher"]))).Message);

    [Fact]
    public void The_benchmarks_see_every_pair()
    {
        int count = Labels("teacher@int8").Labels.Length;
        LabelSpeed speed = LabelBenchmark.Run("teacher@int8", int.MaxValue, 1, null, Context());
        Assert.Equal(count, speed.Pairs);
        Assert.True(speed.Share > 0);
        Assert.InRange(speed.Computed, 1, speed.Tokens);
        TargetSpeed targets = TargetBenchmark.Run(Context());
        Assert.Equal(count, targets.Pairs);
        Assert.InRange(targets.Tokens, 4 * count, 64 * count);
    }

    (Label[] Labels, LabelStamp Stamp) Labels(params string[] teachers)
    {
        Run(new LabelStage(Teachers: teachers));
        LabelStamp stamp = LabelManifest.Read(workspace.Labels).Stamp;
        return ([.. LabelStore.Read(workspace.Labels, distributions: true)], stamp);
    }

    void Run(LabelStage stage) => RecipeRunner.Run(Recipe.Of(stage, 1), Context());

    void Make(string name, ulong seed, double[]? gains = null, int labels = 0, int longest = 64)
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(workspace.Tokenizer);
        if (labels == 0) gains ??= [0, .5, 1];
        using var model = new Decoder(new DecoderConfig(tokenizer.VocabularySize, 32, 2, 2, 1, 48, longest, gains?.Length ?? labels)) { Gains = gains };
        model.Parameters.Initialize(seed, .2f);
        ModelStore.Save(model, workspace.Model(name));
        tokenizer.Save(workspace.Model(name));
    }

    /// <summary>An encoder without a head.</summary>
    void MakeSentences()
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(workspace.Tokenizer);
        using var model = new Encoder(new EncoderConfig(tokenizer.VocabularySize, 16, 2, 2, 24, 64, Overlap: OverlapMarks.None));
        model.Parameters.Initialize(4, .2f);
        ModelStore.Save(model, workspace.Model("whole"));
        ModelFolder description = ModelFolder.Open(workspace.Model("whole"));
        description.Config.Remove("attar");
        description.Save(workspace.Model("sentences"), model.Parameters.Stored().Where(tensor => !tensor.Name.StartsWith("classifier", StringComparison.Ordinal)));
        tokenizer.Save(workspace.Model("sentences"));
    }

    StageContext Context() => new(workspace, 1, 2, notes, TimeProvider.System, TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);
}
