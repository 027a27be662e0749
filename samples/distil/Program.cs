// The whole loop from own code, small: a generated shop, a teacher, its labels, a student, and how well each of them ranks.
//   dotnet run -c Release --project samples/distil -- FOLDER
using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Distillation;
using Attar.Evaluation.Report;
using Attar.Labeling;
using Attar.Recipes;
using Attar.Retrieval;
using Attar.Teaching;
using Attar.Training;
using Attar.Workspaces;

var workspace = new Workspace(args is [var folder, ..] ? folder : "workspace");
StageContext context = StageContext.Of(workspace, seed: 1, Console.Out);
Stage[] loop =
[
    new ImportStage("generated", Shop: ShopOptions.Small),
    new TokenizerStage(Vocabulary: 400),
    new PretrainStage(ModelRole.Student, Student: new StudentShape(Layers: 1, Hidden: 32, Heads: 2, Intermediate: 64), Training: new TrainingOptions(Epochs: 2)),
    new TeachStage(Shape: new TeacherShape(Layers: 1, Hidden: 32, Heads: 2, KeyHeads: 1, Intermediate: 64), Training: new TrainingOptions(Epochs: 4)),
    new GenerateStage(PerQuery: 10),
    new LabelStage(),
    new DistillStage(From: "student-pretrained", Training: new TrainingOptions(Epochs: 4)),
    new EvaluateStage(["bm25", "teacher", "student"], Against: "truth"),
];
foreach (Stage stage in loop) RecipeRunner.Run(Recipe.Of(stage, context.Seed), context); // one that is up to date is skipped

using var student = new ModelReranker("student", workspace.Student, context.Threads);
string[] titles = ["Oak table", "Cordless drill 18 V"];
float[] scores = student.Score("cordless drill", titles);
Console.WriteLine($"first: {titles[Array.IndexOf(scores, scores.Max())]}");
