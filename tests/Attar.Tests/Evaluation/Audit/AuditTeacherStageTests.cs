using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Evaluation.Audit;
using Attar.Studies;
using Attar.Tests.Data;
using Attar.Workspaces;

namespace Attar.Tests.Evaluation.Audit;

/// <summary>Each preference is planted alone in a teacher that otherwise knows the truth, and found where it is.</summary>
public sealed class AuditTeacherStageTests : IDisposable
{
    static readonly Lazy<GeneratedShop> shop = new(() => GeneratedShop.Create(new ShopOptions(Products: 1000, Queries: 700, JudgedTrainQueries: 0, JudgedPerQuery: 24, Prices: true), new Quiet()));

    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    TeacherAudit Audit(Preferences likes, int probes = 0, string[]? systems = null) =>
        new AuditTeacherStage(systems ?? ["biased"], Resamples: 200, Probes: probes).Run(folder.Context(), shop.Value.Data, name => new PlantedTeacher(shop.Value, name == "plain" ? Preferences.None : likes));

    static string[] Shown(TeacherAudit audit) => [.. audit.Systems[0].Segments.Where(segment => segment.Shown && segment.Difference is { Value: > .03 }).Select(segment => $"{segment.Dimension}={segment.Segment}")];

    [Fact]
    public void A_favoured_brand_is_found_by_segment_and_by_swapping_it_in()
    {
        string brand = new PlantedTeacher(shop.Value, Preferences.None).FavouredBrand;
        TeacherAudit audit = Audit(new Preferences(Brand: 1.5, LongTitle: 0, Expensive: 0), probes: 20);
        Assert.Contains($"brand={brand}", Shown(audit));
        SegmentFigures found = audit.Systems[0].Segments.Single(segment => segment.Dimension == "brand" && segment.Segment == brand);
        Assert.True(found.OverRecallDifference is { Low: > 0 }, $"{found}");
        ProbeFigures swapped = audit.Systems[0].Probes.Single(probe => probe.Name == $"brand-{brand}");
        Assert.True(swapped.Gain is { Low: > .1 } && swapped.Flips is { Value: > .02 }, $"{swapped}");
        Assert.True(audit.Systems[0].Probes.Single(probe => probe.Name == "price-raised").Gain is { Value: > -.02 and < .02 });
    }

    [Fact]
    public void A_taste_for_long_titles_is_found_by_segment_and_by_lengthening_them()
    {
        TeacherAudit audit = Audit(new Preferences(Brand: 0, LongTitle: .7, Expensive: 0), probes: 20);
        Assert.Contains(Shown(audit), segment => segment.StartsWith("title-length=above", StringComparison.Ordinal));
        Assert.DoesNotContain(Shown(audit), segment => segment.StartsWith("price=", StringComparison.Ordinal));
        Assert.True(audit.Systems[0].Probes.Single(probe => probe.Name == "title-lengthened").Gain is { Low: > .1 });
    }

    [Fact]
    public void A_taste_for_expensive_products_is_found_by_segment_and_by_raising_prices()
    {
        TeacherAudit audit = Audit(new Preferences(Brand: 0, LongTitle: 0, Expensive: .7), probes: 20);
        Assert.Contains(Shown(audit), segment => segment.StartsWith("price=above", StringComparison.Ordinal));
        Assert.True(audit.Systems[0].Probes.Single(probe => probe.Name == "price-raised").Gain is { Low: > .05 });
        Assert.True(audit.Systems[0].Probes.Single(probe => probe.Name == "title-lengthened").Gain is { Value: > -.02 and < .02 });
    }

    [Fact]
    public void A_sound_student_beside_a_biased_teacher_has_it_reduced_and_a_copy_has_it_passed_on()
    {
        TeacherAudit audit = Audit(new Preferences(), systems: ["biased", "plain", "copy"]);
        InheritedBias Of(string system) => audit.Inherited.Single(bias => bias.System == system && bias.Dimension == "price" && bias.Teacher > .05 && !bias.Segment.Contains(" to "));
        Assert.Equal("reduced", Of("plain").Verdict);
        Assert.Equal("passed on", Of("copy").Verdict);

        JsonNode json = JsonNode.Parse(File.ReadAllText(folder["audit/teacher.json"]))!;
        Assert.Equal(3, json["systems"]!.AsArray().Count);
        Assert.Contains(json["inherited"]!.AsArray(), bias => (string)bias!["verdict"]! == "passed on");
        string page = File.ReadAllText(folder["audit/teacher.html"]);
        Assert.Contains("By title-length", page);
        Assert.DoesNotContain("http", page);
    }

    [Fact]
    public void Calibration_by_segment_takes_away_what_one_curve_cannot()
    {
        CalibrationFigures[] rows = [.. Audit(new Preferences(Brand: 0, LongTitle: 0, Expensive: 1)).Systems[0].Calibration];
        CalibrationFigures Row(string method) => rows.Single(row => row.Method == method);
        Assert.True(Row("isotonic by price").SquaredError < Row("isotonic").SquaredError);
        Assert.True(Row("isotonic by price").SegmentError < .8 * Row("isotonic").SegmentError);
        Assert.True(Row("isotonic").CalibrationError < Row("as it is").CalibrationError);
        Assert.Contains(rows, row => row.Method.StartsWith("temperature ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_threshold_lets_as_many_pass_as_people_judged_relevant()
    {
        Dataset data = shop.Value.Data;
        var judged = JudgedScores.Of(new PlantedTeacher(shop.Value, new Preferences()), Attar.Evaluation.JudgedQuery.Of(data, Split.Test, truth: false));
        SegmentedPairs pairs = SegmentedPairs.Of(judged.Queries, data.Scale, Segmentation.Of(data));
        double threshold = SegmentAudit.Threshold(pairs, judged.Flat);
        Assert.Equal(pairs.Relevant.Count(relevant => relevant), judged.Flat.Count(logit => logit >= threshold));
    }

    [Fact]
    public void A_file_of_scores_stands_for_a_teacher_elsewhere()
    {
        var teacher = new PlantedTeacher(shop.Value, new Preferences());
        DatasetFiles.Write(folder["data"], shop.Value.Data);
        var queries = shop.Value.Data.Queries.ToDictionary(query => query.Id, query => query.Text);
        var products = shop.Value.Data.Products.ToDictionary(product => product.Id);
        folder.Add("scores.tsv", "query_id\tproduct_id\tscore\n" + string.Concat(shop.Value.Data.Judgments.Select(judgment =>
            FormattableString.Invariant($"{judgment.QueryId}\t{judgment.ProductId}\t{teacher.Score(queries[judgment.QueryId], [products[judgment.ProductId]])[0]}\n"))));
        new AuditTeacherStage(["elsewhere"], folder["scores.tsv"], Resamples: 100).Run(folder.Context());
        JsonNode system = JsonNode.Parse(File.ReadAllText(folder["audit/teacher.json"]))!["systems"]![0]!;
        Assert.Contains(system["segments"]!.AsArray(), segment => (string)segment!["dimension"]! == "brand" && (string)segment["segment"]! == teacher.FavouredBrand && (double)segment["q"]! < .05);
        Assert.Empty(system["probes"]!.AsArray());
    }

    [Fact]
    public void What_cannot_be_audited_is_told()
    {
        Assert.Contains("expected another split than dev", Assert.Throws<InputException>(() => new AuditTeacherStage(["biased"], Split: "dev").Run(folder.Context(), shop.Value.Data, _ => null!)).Message);
        folder.Add("scores.tsv", "query_id\tproduct_id\tscore\nq1\tnowhere\t1\n");
        Assert.Contains("has no score of the", Assert.Throws<InputException>(() => new AuditTeacherStage(["biased"], folder["scores.tsv"]).Run(folder.Context(), shop.Value.Data, _ => null!)).Message);
    }

    sealed class Quiet : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "") { }

        public void Note(string line) { }
    }
}
