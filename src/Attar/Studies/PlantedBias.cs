using System.Globalization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Distillation;
using Attar.Distillation.Mitigation;
using Attar.Evaluation;
using Attar.Evaluation.Audit;
using Attar.Labeling.Exchange;
using Attar.Retrieval;
using Attar.Training;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>How large the study is.</summary>
/// <param name="PerQuery">Pairs that the planted teacher labels for each query.</param>
public sealed record PlantedBiasOptions(ShopOptions Shop, StudentShape Student, TrainingOptions Training, int PerQuery = 12, int Vocabulary = 3000, int Resamples = 1000)
{
    public static PlantedBiasOptions Usual { get; } = new(
        new ShopOptions(Products: 3000, Queries: 2000, JudgedTrainQueries: 50, JudgedPerQuery: 24, Prices: true),
        new StudentShape(Layers: 2, Hidden: 64, Heads: 2, Intermediate: 256),
        new TrainingOptions(Epochs: 3, LearningRate: 2e-3f),
        PerQuery: 16);
}

/// <summary>What came of one student.</summary>
/// <param name="Name"><c>biased</c>, <c>mitigated</c> (of the biased teacher's labels, corrected) or <c>control</c> (of a teacher without preferences).</param>
/// <param name="Teacher">By preference: how far the teacher's error in the favoured segment is from the rest's.</param>
/// <param name="Student">The same in the student.</param>
/// <param name="Ndcg">(queries) NDCG@10 against the true grades on test.</param>
public sealed record PlantedArm(string Name, IReadOnlyDictionary<string, SegmentFigures> Teacher, IReadOnlyDictionary<string, SegmentFigures> Student, double[] Ndcg);

/// <summary>
/// Plants preferences in a teacher of a generated shop, distils students from its labels with and without mitigation, and audits both:
/// what the audit finds and what the mitigation takes away can be held against what was planted.
/// </summary>
public static class PlantedBias
{
    static readonly string[] dimensions = ["brand", "title-length", "price"];

    /// <summary>The three students of one seed, which is the shop's too, one after the other.</summary>
    public static IEnumerable<PlantedArm> Run(PlantedBiasOptions options, StageContext context)
    {
        GeneratedShop shop = GeneratedShop.Create(options.Shop with { Seed = (int)context.Seed }, context.Progress);
        DatasetFiles.Write(context.Workspace.Data, shop.Data);
        new TokenizerStage(options.Vocabulary).Run(context);
        new GenerateStage(options.PerQuery).Run(context);
        var plain = new PlantedTeacher(shop, Preferences.None);
        var biased = new PlantedTeacher(shop, new Preferences());
        yield return Arm("biased", biased, null);
        yield return Arm("mitigated", biased, new MitigationOptions(dimensions, Scores: Path.Combine(context.Workspace.Root, "judged.tsv")));
        yield return Arm("control", plain, null);

        PlantedArm Arm(string name, PlantedTeacher teacher, MitigationOptions? mitigation)
        {
            Workspace workspace = context.Workspace;
            string triples = Path.Combine(workspace.Root, "labels.tsv");
            WriteLabels(triples, shop.Data, PairStore.Read(workspace.Pairs), teacher);
            WriteScores(Path.Combine(workspace.Root, "judged.tsv"), shop.Data, teacher);
            new ImportLabelsStage(LabelFormat.NeuralRankingKd, triples, "planted").Run(context);
            new DistillStage(name, Shape: options.Student, Training: options.Training, Mitigation: mitigation).Run(context);

            IReranker Student() => Rerankers.Load(workspace, shop.Data, name, context.Threads);
            TeacherAudit audit = new AuditTeacherStage([teacher.Name, name], Resamples: options.Resamples, Probes: 0).Run(context, shop.Data, system => system == name ? Student() : teacher);
            using var student = (ModelReranker)Student();
            List<JudgedQuery> test = JudgedQuery.Of(shop.Data, Split.Test, truth: true);
            return new PlantedArm(
                name,
                dimensions.ToDictionary(dimension => dimension, dimension => Favoured(audit.Systems[0], dimension, teacher.FavouredBrand)),
                dimensions.ToDictionary(dimension => dimension, dimension => Favoured(audit.Systems[1], dimension, teacher.FavouredBrand)),
                [.. test.Select(query => Ndcg.At(10, student.Score(query.Query.Text, query.Products), query.Gains, query.ProductIds)).Where(double.IsFinite)]);
        }
    }

    /// <summary>The brand, or the band without an upper end.</summary>
    static SegmentFigures Favoured(SystemAudit system, string dimension, string brand) => system.Segments.Single(segment =>
        segment.Dimension == dimension && (dimension == "brand" ? segment.Segment == brand : segment.Segment.StartsWith("above", StringComparison.Ordinal) && !segment.Segment.Contains(" to ")));

    static void WriteLabels(string path, Dataset data, IEnumerable<CandidatePair> pairs, PlantedTeacher teacher)
    {
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        Dictionary<string, Product> products = data.Products.ToDictionary(product => product.Id);
        AtomicFile.WriteText(path, writer =>
        {
            foreach (var query in pairs.GroupBy(pair => pair.QueryId))
            {
                Product[] shown = [.. query.Select(pair => products[pair.ProductId])];
                float[] scores = teacher.Score(texts[query.Key], shown);
                for (int i = 0; i < shown.Length; i += 2)
                {
                    int j = Math.Min(i + 1, shown.Length - 1);
                    writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scores[i]:R}\t{scores[j]:R}\t{query.Key}\t{shown[i].Id}\t{shown[j].Id}"));
                }
            }
        });
    }

    static void WriteScores(string path, Dataset data, PlantedTeacher teacher) => AtomicFile.WriteText(path, writer =>
    {
        writer.WriteLine("query_id\tproduct_id\tscore");
        foreach (JudgedQuery query in JudgedQuery.Of(data, Split.Dev, truth: false))
            foreach (var (product, score) in query.Products.Zip(teacher.Score(query.Query.Text, query.Products)))
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query.Query.Id}\t{product.Id}\t{score:R}"));
    });
}
