using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Lora;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Checkpoints;

public sealed class ModelStartTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    /// <summary>[CLS] 5 6 [SEP] 6 7 [SEP], the 6 marked on both sides.</summary>
    static readonly TokenPair pair = new([2, 5, 6, 3, 6, 7, 3], [0, 0, 0, 0, 1, 1, 1], [0, 0, 11, 0, 22, 0, 0]);

    static readonly TokenPair unmarked = pair with { Overlap = new byte[7] };

    [Fact]
    public void Marks_begin_at_zero_and_change_nothing_yet()
    {
        string published = Bert(6, overlap: OverlapMarks.None);
        using PairModel plain = ModelStore.Load(published), marked = ModelStore.LoadForScore(published, 1, new ModelStart());
        Assert.Equal((OverlapMarks.None, OverlapMarks.Graded), (plain.Overlap, marked.Overlap));
        Assert.All(marked.Parameters["bert.embeddings.overlap_embeddings.weight"].Value.Span.ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(Score(plain, pair), Score(marked, pair));
        Assert.Equal(["bert.embeddings.overlap_embeddings.weight"], marked.Parameters.All.Where(parameter => parameter.Rate > 1).Select(parameter => parameter.Name)); // they have much to learn
        ModelStore.Save(marked, folder.File("marked"));
        using PairModel again = ModelStore.LoadForScore(folder.File("marked"), 1, new ModelStart());
        Assert.All(again.Parameters.All, parameter => Assert.Equal(1, parameter.Rate)); // and have begun to
    }

    [Fact]
    public void Marks_can_be_left_out_or_be_exact()
    {
        string published = Bert(2, overlap: OverlapMarks.None);
        using PairModel none = ModelStore.LoadForScore(published, 1, new ModelStart(OverlapMarks.None)), exact = ModelStore.LoadForScore(published, 1, new ModelStart(OverlapMarks.Exact));
        Assert.False(none.Parameters.Contains("bert.embeddings.overlap_embeddings.weight"));
        Assert.Equal(3, exact.Parameters["bert.embeddings.overlap_embeddings.weight"].Rows);
    }

    [Fact]
    public void A_model_made_here_keeps_its_marks_unless_others_are_asked_for()
    {
        string own = Bert(2, overlap: OverlapMarks.Exact, made: true);
        using PairModel kept = ModelStore.LoadForScore(own, 1, new ModelStart()), changed = ModelStore.LoadForScore(own, 1, new ModelStart(OverlapMarks.Graded));
        Assert.Contains(kept.Parameters["bert.embeddings.overlap_embeddings.weight"].Value.Span.ToArray(), value => value != 0);
        Assert.All(changed.Parameters["bert.embeddings.overlap_embeddings.weight"].Value.Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Theory, InlineData(6, 3, new[] { 0, 3, 5 }), InlineData(6, 2, new[] { 0, 5 }), InlineData(12, 4, new[] { 0, 4, 7, 11 }), InlineData(6, 1, new[] { 0 }), InlineData(3, 3, new[] { 0, 1, 2 })]
    public void Kept_layers_are_evenly_spaced_from_the_first_to_the_last(int layers, int wanted, int[] expected) => Assert.Equal(expected, ModelStart.Kept(layers, wanted));

    [Fact]
    public void Kept_layers_are_distinct_and_ascend() => Prop.ForAll(Gen.Choose(1, 60).Two().ToArbitrary(), drawn =>
    {
        int[] kept = ModelStart.Kept(Math.Max(drawn.Item1, drawn.Item2), Math.Min(drawn.Item1, drawn.Item2));
        return kept.Distinct().Order().SequenceEqual(kept) && kept[0] == 0 && (kept.Length == 1 || kept[^1] == Math.Max(drawn.Item1, drawn.Item2) - 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_shallow_start_has_the_weights_of_the_layers_it_keeps_and_is_saved_as_what_it_is()
    {
        string deep = Bert(6, overlap: OverlapMarks.None);
        using PairModel all = ModelStore.Load(deep), shallow = ModelStore.LoadForScore(deep, 1, new ModelStart(Layers: 3));
        foreach ((int at, int from) in new[] { (0, 0), (1, 3), (2, 5) })
            Assert.Equal(Weight(all, from), Weight(shallow, at));
        ModelStore.Save(shallow, folder.File("shallow"));
        using PairModel again = ModelStore.Load(folder.File("shallow"));
        Assert.Equal(3, ((Encoder)again).Config.Layers);
        Assert.Equal(Score(shallow, pair), Score(again, pair));

        static float[] Weight(PairModel model, int layer) => model.Parameters[$"bert.encoder.layer.{layer}.attention.self.query.weight"].Value.Span.ToArray();
    }

    [Theory, InlineData(0), InlineData(7)]
    public void More_layers_than_there_are_are_refused(int layers) =>
        Assert.Contains("expected 1 to 6", Assert.Throws<CheckpointException>(() => ModelStore.LoadForScore(Bert(6, OverlapMarks.None), 1, new ModelStart(Layers: layers))).Message);

    [Fact]
    public void Windows_go_with_the_layers_that_are_kept()
    {
        var layers = new ModelFolder(new JsonObject { ["model_type"] = "gemma2", ["num_hidden_layers"] = 6 });
        new ModelStart(Layers: 3).Apply(layers); // 0, 3 and 5 of: near, far, near, far, near, far
        Assert.Equal(["sliding_attention", "full_attention", "full_attention"], layers.Config["layer_types"]!.AsArray().Select(type => (string?)type));
    }

    [Fact]
    public void Layers_that_positions_turn_go_with_those_that_are_kept()
    {
        var layers = new ModelFolder(new JsonObject { ["model_type"] = "smollm3", ["num_hidden_layers"] = 8 });
        new ModelStart(Layers: 3).Apply(layers); // 0, 4 and 7, of which the last is a fourth one
        Assert.Equal([1, 1, 0], layers.Config["no_rope_layers"]!.AsArray().Select(turned => (int)turned!));
    }

    [Fact]
    public void The_tokens_of_a_pair_stay_with_the_model()
    {
        using PairModel unsaid = ModelStore.LoadForScore(Bert(2, OverlapMarks.None), 1, new ModelStart()), own = ModelStore.LoadForScore(Bert(2, OverlapMarks.Exact, made: true), 1, new ModelStart());
        Assert.Equal((64, null), (unsaid.LongestPair, own.LongestPair));
        using PairModel model = ModelStore.LoadForScore(Bert(2, OverlapMarks.None), 1, new ModelStart(MaxTokens: 12));
        ModelStore.Save(model, folder.File("short"));
        using PairModel again = ModelStore.Load(folder.File("short"));
        Assert.Equal((12, 12), (model.LongestPair, again.LongestPair));
    }

    [Fact]
    public void What_learnt_elsewhere_is_known_as_such_after_it_was_trained_here()
    {
        string published = Bert(2, OverlapMarks.None), own = Bert(2, OverlapMarks.Exact, made: true);
        using PairModel model = ModelStore.LoadForScore(published, 1, new ModelStart());
        ModelStore.Save(model, folder.File("trained"));
        Assert.Equal((true, true, false, false), (ModelStore.LearntElsewhere(published), ModelStore.LearntElsewhere(folder.File("trained")), ModelStore.LearntElsewhere(own), ModelStore.LearntElsewhere(folder.File("nowhere"))));
    }

    [Fact]
    public void An_adapter_brings_the_marks_that_were_trained_beside_it()
    {
        using (var plain = new Decoder(new DecoderConfig(20, 8, 2, 2, 1, 12, 16, Labels: 3, Overlap: OverlapMarks.None)))
        {
            plain.Parameters.Initialize(3, .3f);
            plain.Description = Published(plain);
            ModelStore.Save(plain, folder.File("base"));
        }
        using PairModel model = ModelStore.LoadForGrades(folder.File("base"), [0, .5, 1], 1, trainable: false, new ModelStart());
        model.Adapt(new LoraOptions(2), 1);
        var marks = model.Trained.Single(parameter => parameter.Name == "model.overlap_embeddings.weight");
        for (int i = 0; i < marks.Value.Span.Length; i++) marks.Value.Span[i] = .1f * (i % 7);
        AdapterFolder.Save(model, folder.File("adapter"), folder.File("base"));
        using PairModel again = ModelStore.Load(folder.File("adapter"));
        Assert.Equal(OverlapMarks.Graded, again.Overlap);
        Assert.Equal(Score(model, pair), Score(again, pair), 1e-5f);
        Assert.NotEqual(Score(again, pair), Score(again, unmarked));
    }

    [Theory, InlineData(new[] { 0, 1.0 }), InlineData(new[] { 0, .5, 1 }), InlineData(new[] { 0, .01, .1, 1 })]
    public void A_student_that_starts_from_a_teacher_of_grades_scores_by_its_logits(double[] gains)
    {
        double mean = gains.Average(), squares = gains.Sum(gain => (gain - mean) * (gain - mean));
        using var teacher = new Encoder(new EncoderConfig(20, 8, 2, 2, 12, 16, Labels: gains.Length)) { Gains = gains };
        teacher.Parameters.Initialize(5, .3f);
        teacher.Parameters["classifier.bias"].Value.Span[^1] = .25f;
        ModelStore.Save(teacher, folder.File("teacher"));
        using PairModel student = ModelStore.LoadForScore(folder.File("teacher"), 1);
        float[] logits = new float[gains.Length];
        using (var kernels = new CpuKernels(1))
        using (var scorer = new PairScorer(teacher, kernels)) scorer.Logits([unmarked], logits);
        Assert.Equal((1, null), (student.Labels, student.Gains));
        Assert.Equal(gains.Zip(logits).Sum(grade => (grade.First - mean) / squares * grade.Second), Score(student, unmarked), 1e-5);
    }

    /// <summary>A random BERT reranker.</summary>
    /// <param name="made">As Attar writes it; otherwise as it is published elsewhere.</param>
    string Bert(int layers, OverlapMarks overlap, bool made = false)
    {
        string path = folder.File($"bert-{layers}-{made}");
        using var model = new Encoder(new EncoderConfig(20, 8, layers, 2, 12, 16, Overlap: overlap));
        model.Parameters.Initialize(7, .3f);
        if (!made) model.Description = Published(model);
        ModelStore.Save(model, path);
        return path;
    }

    /// <summary>A configuration that says nothing of Attar.</summary>
    JsonObject Published(PairModel model)
    {
        ModelStore.Save(model, folder.File("made"));
        JsonObject config = ModelFolder.Open(folder.File("made")).Config;
        config.Remove("attar");
        return config;
    }

    static float Score(PairModel model, TokenPair pair)
    {
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        return scorer.Scores([pair])[0];
    }

    public void Dispose() => folder.Dispose();
}
