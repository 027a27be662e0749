using Attar.Data;
using Attar.Distillation.Mitigation;
using Attar.Evaluation.Audit;
using Attar.Labeling;
using Attar.Models.Heads;
using Attar.Recipes;
using Attar.Tests.Data;

namespace Attar.Tests.Distillation.Mitigation;

public sealed class MitigationTests : IDisposable
{
    const int Each = 200; // judged pairs of a brand
    static readonly Query query = new("q1", "lamp");
    static readonly Product acme = new("a", "Lamp", "Acme"), other = new("b", "Lamp", "Other");

    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>One dev query whose products are right or wrong by turns; the teacher knows, but adds 2 to Acme's logits.</summary>
    Dataset Data(Func<int, bool, double> teacher)
    {
        Product[] products = [.. Enumerable.Range(0, 2 * Each).Select(i => new Product($"p{i}", "Lamp " + i, i < Each ? "Acme" : "Other"))];
        folder.Add("scores.tsv", "query_id\tproduct_id\tscore\n" + string.Concat(products.Select((product, i) => FormattableString.Invariant($"q1\t{product.Id}\t{teacher(i, product.Brand == "Acme")}\n"))));
        return new Dataset(new GradeScale([0, 1], 1), products, [query], [.. products.Select((product, i) => new Judgment("q1", product.Id, Gain(i)))], new Dictionary<string, Split> { ["q1"] = Split.Dev });
    }

    static double Gain(int i) => i % 2 == 0 ? .25 : .75;

    static double Biased(int i, bool acme) => GradeHead.Logit(Gain(i)) + (acme ? 2 : 0);

    Label? Through(MitigationOptions options, Dataset data, Product product, float score, ScoreTransform transform = ScoreTransform.Logit) =>
        options.Steps(data, transform, folder.Context()).Aggregate((Label?)new Label("q1", product.Id, score), (label, step) => label is null ? null : step.Of(query, product, label));

    [Fact]
    public void Recalibrated_labels_say_what_people_would()
    {
        var options = new MitigationOptions(["brand"], Scores: folder["scores.tsv"]);
        Dataset data = Data(Biased);
        float right = (float)GradeHead.Logit(.75);
        Assert.Equal(right, Through(options, data, acme, right + 2)!.Score, 2);
        Assert.Equal(right, Through(options, data, other, right)!.Score, 2);
        Assert.Equal(.75, Through(options, data, acme, (float)JudgedScores.Gain(right + 2), ScoreTransform.ExpectedGain)!.Score, 2);
    }

    [Fact]
    public void One_curve_for_all_keeps_the_order_of_the_labels()
    {
        var options = new MitigationOptions([], Scores: folder["scores.tsv"]);
        Dataset data = Data(Biased);
        float[] scores = [.. new[] { -3f, -1, 0, 1, 3, 4 }.Select(score => Through(options, data, acme, score)!.Score)];
        Assert.Equal(scores.Order(), scores);
        Assert.Equal(Through(options, data, acme, 1)!.Score, Through(options, data, other, 1)!.Score);
    }

    [Fact]
    public void A_segment_weighs_the_share_of_its_labels_that_are_learnt_from()
    {
        var step = new SegmentWeights(Data(Biased), new Dictionary<string, double> { ["brand=Acme"] = .25 });
        Label[] labels = [.. Enumerable.Range(0, 4000).Select(i => new Label($"q{i / 10}", $"p{i}", 1))];
        Assert.InRange(labels.Count(label => step.Of(query, acme, label) is not null), 900, 1100);
        Assert.Equal(labels, labels.Select(label => step.Of(query, other, label)));
        Assert.Equal(labels.Select(label => step.Of(query, acme, label)), labels.Select(label => step.Of(query, acme, label)));
    }

    [Fact]
    public void A_segment_in_which_the_teacher_does_not_agree_is_dropped()
    {
        Dataset data = Data((i, acme) => acme ? i / 2 % 2 : Biased(i, false)); // of Acme it knows nothing
        var options = new MitigationOptions(DropBelow: .3, Scores: folder["scores.tsv"]);
        Assert.Null(Through(options, data, acme, 1));
        Assert.NotNull(Through(options, data, other, 1));
        Assert.Contains("not learnt from, for the teacher disagrees with people: brand=Acme", folder.Notes);
    }

    [Fact]
    public void Options_that_cannot_be_are_told_at_once()
    {
        Dataset data = Data(Biased);
        Assert.Equal(
            ["weights: 'Acme'; expected a dimension and a segment such as brand=Acme; correct it", "weights: brand=Acme 2; expected a share from 0 to 1; to raise a segment lower the others"],
            folder.FaultsOf(() => new MitigationOptions(Weights: new Dictionary<string, double> { ["Acme"] = .5, ["brand=Acme"] = 2 }).Steps(data, ScoreTransform.Logit, folder.Context())));
        Assert.Contains("'colour'; expected some of brand,", Assert.Throws<InputException>(() => new MitigationOptions(["colour"], Scores: folder["scores.tsv"]).Steps(data, ScoreTransform.Logit, folder.Context())).Message);
    }

    [Fact]
    public void A_recipe_can_name_every_option()
    {
        const string json = """
            { "name": "r", "stages": [ { "stage": "distill", "mitigation": { "recalibrate": ["brand", "price"], "weights": { "brand=Acme": 0.5 }, "dropBelow": 0.2, "fit": "train", "scores": "x.tsv" } }, { "stage": "audit-teacher", "split": "dev", "fit": "train" } ] }
            """;
        Recipe recipe = RecipeFile.Parse("r.json", json, [], StageTypes.All);
        MitigationOptions options = Assert.IsType<Attar.Distillation.DistillStage>(recipe.Stages[0]).Mitigation!;
        Assert.Equal(["brand", "price"], options.Recalibrate!);
        Assert.Equal(.5, options.Weights!["brand=Acme"]);
        Assert.Equal("train", Assert.IsType<AuditTeacherStage>(recipe.Stages[1]).Fit);
    }
}
