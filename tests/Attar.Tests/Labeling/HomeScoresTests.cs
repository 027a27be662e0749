using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Evaluation.Report;
using Attar.Labeling;
using Attar.Models.Heads;
using Attar.Models.Tests.Scoring;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling;

/// <summary>Models from elsewhere score and label a workspace's pairs as they do at home: within 1e-4.</summary>
public sealed class HomeScoresTests : IDisposable
{
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-home-").FullName);

    public static TheoryData<string> Folders => HomeFolders.All;

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);

    sealed class Silence : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "") { }

        public void Note(string line) { }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Score_and_label_say_what_the_model_says_at_home(string name)
    {
        (string folder, string? template) = HomeFolders.Of(name);
        double[] expected = HomeFolders.Scores(name);
        int classes = HomeFolders.Classes(name);
        (string Query, string Product)[] pairs = HomeFolders.Pairs();
        int[] kept = [.. Enumerable.Range(0, pairs.Length).Where(i => pairs[i].Query != "" && pairs[i].Product != "")]; // a catalogue has neither
        var queries = kept.Select(i => new Query($"q{i}", pairs[i].Query)).ToArray();
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], .5), [.. kept.Select(i => new Product($"p{i}", pairs[i].Product))], queries, [], queries.ToDictionary(query => query.Id, _ => Split.Train)));
        PairStore.WriteQueries(workspace.Pairs, []);
        File.WriteAllLines(Path.Combine(workspace.Pairs, PairStore.Pairs), ["query_id\tproduct_id\tsource", .. kept.Select(i => $"q{i}\tp{i}\tmade")]);

        var context = new StageContext(workspace, 1, 2, new Silence(), TimeProvider.System, TestContext.Current.CancellationToken);
        RecipeRunner.Run(Recipe.Of(new ScoreStage(folder, PairTemplate: template), 1), context);
        string[] scored = File.ReadAllLines(Directory.GetFiles(Path.Combine(workspace.Root, "scores")).Single());
        Assert.Equal(kept.Length, scored.Length - 1);
        foreach (string[] line in scored.Skip(1).Select(line => line.Split('\t')))
        {
            double score = double.Parse(line[2], CultureInfo.InvariantCulture);
            Assert.Equal(expected[int.Parse(line[1][1..], CultureInfo.InvariantCulture)], classes > 2 ? HomeFolders.Sigmoid(score) : score, 1e-4);
        }

        ScoreTransform transform = classes switch { 1 => ScoreTransform.Raw, 2 => ScoreTransform.Logit, _ => ScoreTransform.ExpectedGain };
        RecipeRunner.Run(Recipe.Of(new LabelStage(transform, Teachers: [folder], PairTemplate: template), 1), context);
        Label[] labels = [.. LabelStore.Read(workspace.Labels)];
        Assert.Equal(kept.Length, labels.Length);
        Assert.All(labels, label => Assert.Equal(expected[int.Parse(label.ProductId[1..], CultureInfo.InvariantCulture)], label.Score, 1e-4));
    }

    [Fact]
    public void Evaluate_asks_a_system_as_it_is_told()
    {
        (string folder, string? template) = HomeFolders.Of("qwen2");
        double[] expected = HomeFolders.Scores("qwen2");
        (string Query, string Product)[] pairs = HomeFolders.Pairs();
        int[] kept = [.. Enumerable.Range(0, pairs.Length).Where(i => pairs[i].Query != "" && pairs[i].Product != "")];
        var queries = kept.Select(i => new Query($"q{i}", pairs[i].Query)).ToArray();
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], .5), [.. kept.Select(i => new Product($"p{i}", pairs[i].Product))], queries, [.. kept.Select(i => new Judgment($"q{i}", $"p{i}", i % 2))], queries.ToDictionary(query => query.Id, _ => Split.Test)));

        var stage = new EvaluateStage(["asked=" + folder], Resamples: 100, PooledResamples: 100, PairTemplates: new() { ["asked"] = template! });
        RecipeRunner.Run(Recipe.Of(stage, 1), new StageContext(workspace, 1, 2, new Silence(), TimeProvider.System, TestContext.Current.CancellationToken));
        string[] run = File.ReadAllLines(Path.Combine(workspace.Runs, "asked.run"));
        Assert.Equal(kept.Length, run.Length);
        Assert.All(run.Select(line => line.Split(' ')), line => Assert.Equal(expected[int.Parse(line[2][1..], CultureInfo.InvariantCulture)], double.Parse(line[4], CultureInfo.InvariantCulture), 1e-4));
        Assert.Contains("'other' is no model of asked", Assert.Throws<InputException>(() => (stage with { PairTemplates = new() { ["other"] = template! } }).Check()).Message);
    }
}
