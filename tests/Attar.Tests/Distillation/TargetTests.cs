using Attar.Data;
using Attar.Distillation;
using Attar.Distillation.Mitigation;
using Attar.Labeling;
using Attar.Models.Heads;
using Attar.Tests.Data;

namespace Attar.Tests.Distillation;

/// <summary>What a student's targets become: soft, hard, and with people's judgments among them.</summary>
public sealed class TargetTests : IDisposable
{
    static readonly float Ceiling = (float)Math.Log(.95 / .05);
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Loss.MarginMse, ScoreTransform.Logit, false), InlineData(Loss.RankNet, ScoreTransform.Logit, false)]
    [InlineData(Loss.SoftBce, ScoreTransform.Logit, true), InlineData(Loss.Mse, ScoreTransform.ExpectedGain, true)]
    public void Targets_are_on_the_scale_asked_for_unless_the_loss_wants_gains(Loss loss, ScoreTransform asked, bool gains) =>
        Assert.Equal(new TargetScale(gains), TargetScale.Of(loss, asked));

    [Theory]
    [InlineData(ScoreTransform.ExpectedGain, "lamp a 0.8, lamp b 0.2"), InlineData(ScoreTransform.Logit, "lamp a 1.386, lamp b -1.386"), InlineData(null, "lamp a 1.386, lamp b -1.386")]
    public void A_student_can_score_in_gains_what_was_labelled_in_logits(ScoreTransform? transform, string targets) =>
        Assert.Equal(targets, Targets(new DistillStage(Transform: transform)));

    [Theory, InlineData(false, .8f, 1.3863f), InlineData(true, .8f, .8f)]
    public void And_in_logits_what_was_labelled_in_gains(bool gains, float label, float target) =>
        Assert.Equal(target, new TargetScale(gains).Target(label, ScoreTransform.ExpectedGain), 1e-4f);

    [Theory, InlineData(.1, 0), InlineData(.3, .5), InlineData(.7, .5), InlineData(.8, 1)]
    public void A_hard_target_is_the_nearest_grades_gain_by_hand(double gain, double grade)
    {
        var scale = new GradeScale([0, .5, 1], 1.5);
        Assert.Equal(grade, new NearestGrade(scale, new TargetScale(OfGains: true)).Of(gain));
        Assert.Equal(grade switch { 0 => -Ceiling, 1 => Ceiling, _ => 0 }, new NearestGrade(scale, new TargetScale(OfGains: false)).Of(gain), 1e-5f);
    }

    [Fact]
    public void Judgments_join_the_groups_of_their_queries_by_hand()
    {
        TargetList[] labels = [new("lamp", ["a", "b"], [1, 2]), new("rug", ["c"], [3])];
        TargetList[] judged = [new("lamp", ["b", "d"], [6, 7]), new("chair", ["e"], [8])];
        TargetList[] mixed = [.. HumanMix.Of(labels, judged, .25f)];
        Assert.Equal(["lamp a 1", "lamp b 3", "lamp d 7", "rug c 3", "chair e 8"], Lines(mixed)); // .25 · 6 + .75 · 2
        Assert.Equal(Lines([.. labels]), Lines([.. HumanMix.Of(labels, [], .25f)]));
    }

    [Fact]
    public void A_product_comes_once_in_a_group_even_where_two_queries_have_one_text() =>
        Assert.Equal(["lamp a 5"], Lines([.. HumanMix.Of([new("lamp", ["a"], [1])], [new("lamp", ["a"], [5]), new("lamp", ["a"], [5])], 1)]));

    [Theory]
    [InlineData(Loss.MarginMse, "lamp a 1.386, lamp b -1.386, lamp c 2.944")]
    [InlineData(Loss.SoftBce, "lamp a 0.8, lamp b 0.2, lamp c 1")]
    public void Soft_targets_stay_what_the_teacher_said_and_judgments_join(Loss loss, string targets) => Assert.Equal(targets, Targets(new DistillStage(Loss: loss, HumanWeight: 0)));

    [Theory]
    [InlineData(Loss.MarginMse, "lamp a 2.944, lamp b -2.944")]
    [InlineData(Loss.SoftBce, "lamp a 1, lamp b 0")]
    public void Hard_targets_are_grades(Loss loss, string targets) => Assert.Equal(targets, Targets(new DistillStage(Loss: loss, HardTargets: true)));

    [Fact]
    public void Options_that_cannot_be_are_told()
    {
        Assert.StartsWith("humanWeight: expected a number from 0 to 1", FaultOf(new DistillStage(HumanWeight: 2)));
        Assert.StartsWith("humanWeight: expected a student that learns from labels", FaultOf(new DistillStage(Learn: TargetSource.Judgments, HumanWeight: .5f)));
        Assert.StartsWith("hardTargets: expected a student that learns from labels", FaultOf(new DistillStage(Learn: TargetSource.Judgments, HardTargets: true)));
        Assert.StartsWith("pairs: expected a student that learns from labels", FaultOf(new DistillStage(Learn: TargetSource.Judgments, Pairs: 5)));
        Assert.StartsWith("mitigation: expected a student that learns from labels", FaultOf(new DistillStage(Learn: TargetSource.Judgments, Mitigation: new MitigationOptions())));
        Assert.StartsWith("temperature: expected a number above 0", FaultOf(new DistillStage(Temperature: 0)));
        Assert.StartsWith("teacherTemperature: expected a number above 0", FaultOf(new DistillStage(Loss: Loss.ListwiseKl, TeacherTemperature: 0)));
        Assert.StartsWith("teacherTemperature: expected the loss listwise-kl", FaultOf(new DistillStage(TeacherTemperature: .5f)));

        string FaultOf(DistillStage stage) => Assert.Throws<InputException>(() => stage.Run(folder.Context())).Message;
    }

    /// <summary>Of a query whose products a and b the teacher gave .8 and .2; people found c right, and judged another query, of the test split.</summary>
    string Targets(DistillStage stage)
    {
        Dataset data = new(
            new GradeScale([0, 1], 1), [new Product("a", "Lamp"), new Product("b", "Rug"), new Product("c", "Lamp")], [new Query("q1", "lamp"), new Query("q2", "rug")],
            [new Judgment("q1", "c", 1), new Judgment("q2", "b", 1)], new Dictionary<string, Split> { ["q1"] = Split.Train, ["q2"] = Split.Test });
        Directory.CreateDirectory(folder["labels"]);
        Directory.CreateDirectory(folder["pairs"]);
        folder.Add("pairs/queries.jsonl", "");
        string shard = folder.Add("labels/" + LabelStore.ShardName(0), "query_id\tproduct_id\tscore\tp0\tp1\ttext\nq1\ta\t1.3862944\t0.2\t0.8\t00000001\nq1\tb\t-1.3862944\t0.8\t0.2\t00000002\n"); // ln 4
        var stamp = new LabelStamp("teacher", "tokenizer", "pair1-decoder-64", ScoreTransform.Logit, "float32", 2);
        new LabelManifest(stamp, "source", DateTimeOffset.UnixEpoch, 10, [new LabelShard(Path.GetFileName(shard), 2, LabelStore.HashOf(shard))], 2).Write(folder["labels"]);
        return string.Join(", ", Lines([.. stage.FromLabels(data, folder.Context())]));
    }

    static string[] Lines(TargetList[] lists) =>
        [.. lists.SelectMany(list => list.ProductIds.Zip(list.Targets, (id, target) => FormattableString.Invariant($"{list.Query} {id} {target:0.###}")))];
}
