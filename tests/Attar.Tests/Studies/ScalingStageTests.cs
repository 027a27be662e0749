using Attar.Distillation;
using Attar.Studies.Scaling;
using Attar.Training;

namespace Attar.Tests.Studies;

public class ScalingStageTests
{
    static readonly DistillStage student = new(Loss: Loss.Mse, Training: new TrainingOptions(Epochs: 2, LearningRate: 1e-3f));

    [Fact]
    public void Each_size_reads_its_labels_as_often_as_epochs_says_and_else_learns_as_the_student()
    {
        DistillStage[] learners = [.. new ScalingStage([5000, 100, 900], Student: student, Epochs: [1, 4, 2]).Students.Select(learner => learner.Stage)];
        Assert.Equal([(100, 4), (900, 2), (5000, 1)], learners.Select(learner => (learner.Pairs!.Value, learner.Training!.Epochs)));
        Assert.All(learners, learner => Assert.Equal(student, learner with { Pairs = null, Training = learner.Training! with { Epochs = 2 } }));
    }

    [Fact]
    public void Without_epochs_all_sizes_learn_as_the_student_says() =>
        Assert.All(new ScalingStage([100, 900], Student: student).Students, learner => Assert.Equal(student.Training, learner.Stage.Training));

    [Theory]
    [InlineData(new[] { 1 }, "1; expected a number from 1 for each of the 2 sizes in pairs")]
    [InlineData(new[] { 2, 0 }, "2, 0; expected a number from 1 for each of the 2 sizes in pairs")]
    public void Epochs_that_fit_no_size_are_refused(int[] epochs, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => new ScalingStage([100, 900], Epochs: epochs).Students.ToList()).Message);

    [Fact]
    public void A_size_named_twice_is_refused_where_each_has_its_passes() =>
        Assert.Contains("100, 900, 100; expected each size once", Assert.Throws<InputException>(() => new ScalingStage([100, 900, 100], Epochs: [1, 2, 3]).Students.ToList()).Message);

    [Fact]
    public void A_judged_student_goes_on_from_the_student_of_its_size_and_seed()
    {
        var stage = new ScalingStage([100, 900], Seeds: [1, 2], Student: student with { From = "student-pretrained" }, Judged: new DistillStage(Loss: Loss.SoftBce));
        DistillStage[] trained = [.. stage.Before.Cast<DistillStage>()];
        Assert.Equal(8, trained.Length);
        Assert.All(trained.Skip(4), judged =>
        {
            DistillStage former = trained.Take(4).Single(labelled => labelled.Student == judged.From);
            Assert.Equal(former.Student.Replace("-seed", "-judged-seed", StringComparison.Ordinal), judged.Student);
            Assert.Equal((former.Seed, TargetSource.Judgments, Loss.SoftBce), (judged.Seed, judged.Learn, judged.Loss));
        });
        Assert.All(trained.Take(4), labelled => Assert.Equal(("student-pretrained", TargetSource.Labels), (labelled.From, labelled.Learn)));
    }

    [Fact]
    public void Options_that_the_curve_itself_gives_are_refused()
    {
        Assert.StartsWith("scaling.student.pairs: expected in scaling.pairs", FaultOf(new ScalingStage([100, 900], Student: student with { Pairs = 5 })));
        Assert.StartsWith("scaling.judged.from: expected nothing", FaultOf(new ScalingStage([100, 900], Judged: new DistillStage(From: "student-pretrained"))));

        static string FaultOf(ScalingStage stage) => Assert.Throws<InputException>(() => stage.Students.ToList()).Message;
    }
}
