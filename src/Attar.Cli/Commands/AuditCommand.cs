using System.CommandLine;
using Attar.Augmentation.Audit;

namespace Attar.Cli.Commands;

/// <summary><c>attar audit pairs</c>: whether the generated pairs are worth a teacher's time.</summary>
static class AuditCommand
{
    public static Command Create() => new("audit", "Measure what a model is taught with") { Pairs() };

    static Command Pairs()
    {
        var preset = new AuditLimits();
        Option<double> similarity = Flag.Number("--similarity", preset.Similarity, "From which share in common two texts are near duplicates");
        Option<double> duplicates = Flag.Number("--duplicates", preset.Duplicates, "Most pairs that are there already");
        Option<double> products = Flag.Number("--near-duplicate-products", preset.NearDuplicateProducts, "Most pairs whose product is nearly another of the same query");
        Option<double> queries = Flag.Number("--near-duplicate-queries", preset.NearDuplicateQueries, "Most queries that nearly repeat another");
        Option<double> leaked = Flag.Number("--leaked", preset.Leaked, "Most queries that dev or test has too");
        Option<double> nearly = Flag.Number("--nearly-leaked", preset.NearlyLeaked, "Most queries that nearly repeat one of dev or test");
        Option<double> categories = Flag.Number("--categories", preset.Categories, "Least products whose category some pair has");
        Option<double> brands = Flag.Number("--brands", preset.Brands, "Least products whose brand some pair has");
        Option<double> grade = Flag.Number("--one-grade", preset.OneGrade, "Most labels of one grade");
        Option<double> constant = Flag.Number("--constant", preset.Constant, "Most queries whose products all get one score");
        Option<double> entropy = Flag.Number("--entropy", preset.Entropy, "Most entropy of the teacher's distributions, in the mean, of what it can be");
        return StageCommand.Create("pairs", "Check the generated pairs and their labels; shares beyond a limit fail: audit/pairs.html, audit/pairs.json", [],
            [similarity, duplicates, products, queries, leaked, nearly, categories, brands, grade, constant, entropy],
            parsed => new AuditPairsStage(new AuditLimits(parsed.GetValue(similarity), parsed.GetValue(duplicates), parsed.GetValue(products), parsed.GetValue(queries), parsed.GetValue(leaked), parsed.GetValue(nearly),
                parsed.GetValue(categories), parsed.GetValue(brands), parsed.GetValue(grade), parsed.GetValue(constant), parsed.GetValue(entropy))));
    }
}
