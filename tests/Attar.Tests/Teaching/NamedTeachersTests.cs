using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Distillation;
using Attar.Evaluation.Report;
using Attar.Labeling;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Recipes;
using Attar.Teaching;
using Attar.Tests.Evaluation;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Tests.Teaching;

/// <summary>Teachers beside each other: each stage writes the folder it is told.</summary>
public sealed class NamedTeachersTests : IDisposable
{
    static readonly TrainingOptions training = new(Epochs: 1, BatchTokens: 256, LearningRate: 1e-3f, KeepBest: false);
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-named-").FullName);

    [Fact]
    public void An_encoder_becomes_a_second_teacher_and_leaves_the_first_alone()
    {
        TeacherShape small = new(Layers: 1, Hidden: 16, Heads: 2, KeyHeads: 1, Intermediate: 24);
        Run(
            new ImportStage("generated", Shop: new ShopOptions(Products: 100, Queries: 30, JudgedTrainQueries: 10, JudgedPerQuery: 6)),
            new TokenizerStage(Vocabulary: 300),
            new PretrainStage(ModelRole.Teacher, Teacher: small, Training: training),
            new TeachStage("teacher-pretrained", Training: training));
        byte[] first = File.ReadAllBytes(Path.Combine(workspace.Teacher, "attar", "model.safetensors"));
        Stage[] second =
        [
            new PretrainStage(ModelRole.Student, Student: new StudentShape(Layers: 1, Hidden: 16, Heads: 2, Intermediate: 24), Training: training, Name: "encoder"),
            new MatchStage("encoder", PerQuery: 4, Training: training, Name: "encoder-matched"),
            new TeachStage("encoder-matched", Training: training, Name: "second"),
        ];
        Assert.Equal(["pretrain encoder", "match encoder-matched", "teach second"], Run(second));

        Assert.Equal(first, File.ReadAllBytes(Path.Combine(workspace.Teacher, "attar", "model.safetensors")));
        Assert.False(Directory.Exists(workspace.Model("student-pretrained")) || Directory.Exists(workspace.Model("teacher-matched")));
        using PairModel teacher = ModelStore.Load(workspace.Model("second"));
        Assert.IsType<Encoder>(teacher);
        Assert.Empty(Run(second)); // and all of it is up to date
    }

    [Fact]
    public void A_teacher_of_more_grades_than_the_data_labels_for_a_student()
    {
        Run(
            new ImportStage("generated", Shop: new ShopOptions(Products: 100, Queries: 30, JudgedTrainQueries: 10, JudgedPerQuery: 6)),
            new TokenizerStage(Vocabulary: 300),
            new TeachStage(Shape: new(Layers: 1, Hidden: 16, Heads: 2, KeyHeads: 1, Intermediate: 24), Training: training, Grades: 7),
            new GenerateStage(PerQuery: 4),
            new LabelStage(),
            new DistillStage(Shape: new StudentShape(Layers: 1, Hidden: 16, Heads: 2, Intermediate: 24), Training: training),
            new EvaluateStage(Systems: ["teacher", "student"]));
        using PairModel teacher = ModelStore.Load(workspace.Teacher);
        Assert.Equal(7, teacher.Labels);
        Assert.Equal(DatasetFiles.Read(workspace.Data).Scale.Gains, teacher.Gains!.Where((_, grade) => grade % 2 == 0));
    }

    IReadOnlyList<string> Run(params Stage[] stages) =>
        RecipeRunner.Run(new Recipe("named", "", new Dictionary<string, string>(), 7, 2, stages, []), new StageContext(workspace, 7, 2, new MadeUp.Notes(), TimeProvider.System, CancellationToken.None));

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);
}
