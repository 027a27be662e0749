using System.CommandLine;
using Attar.Evaluation.Audit;
using Attar.Labeling.Audit;

namespace Attar.Cli.Commands;

/// <summary><c>attar audit pairs</c>: whether the generated pairs are worth a teacher's time; <c>attar audit teacher</c>: where it errs, and what of that students learnt.</summary>
static class AuditCommand
{
    public static Command Create(string verb, string help) => new(verb, help) { Pairs(), Teacher() };

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
        Option<double> attributes = Flag.Number("--attributes", preset.Attributes, "Least products one of whose attribute values some pair has");
        Option<double> prices = Flag.Number("--prices", preset.Prices, "Least likeness of the pairs' prices to the catalogue's; 1: spread alike over five bands");
        Option<double> grade = Flag.Number("--one-grade", preset.OneGrade, "Most labels of one grade");
        Option<double> constant = Flag.Number("--constant", preset.Constant, "Most queries whose products all get one score");
        Option<double> entropy = Flag.Number("--entropy", preset.Entropy, "Most entropy of the teacher's distributions, in the mean, of what it can be");
        Option<int> round = CommonOptions.Round("Check pairs-2/ and labels-2/");
        return StageCommand.Create("pairs", "Check the generated pairs and their labels; shares beyond a limit fail: audit/pairs.html, audit/pairs.json", [],
            [similarity, duplicates, products, queries, leaked, nearly, categories, brands, attributes, prices, grade, constant, entropy, round],
            parsed => new AuditPairsStage(new AuditLimits(parsed.GetValue(similarity), parsed.GetValue(duplicates), parsed.GetValue(products), parsed.GetValue(queries), parsed.GetValue(leaked), parsed.GetValue(nearly),
                parsed.GetValue(categories), parsed.GetValue(brands), parsed.GetValue(attributes), parsed.GetValue(prices), parsed.GetValue(grade), parsed.GetValue(constant), parsed.GetValue(entropy)), parsed.GetValue(round)));
    }

    static Command Teacher()
    {
        var preset = new AuditTeacherStage();
        Option<string> systems = Flag.Text("--systems", null, "The teacher, then students to audit beside it; default: teacher,student", "names");
        Option<string> scores = Flag.Text("--scores", null, "A file with query_id, product_id and score of judged pairs that stands for the teacher, where it runs elsewhere", "file");
        Option<string> split = Flag.Text("--split", preset.Split, "test, dev or train: whose judged queries are audited");
        Option<string> fit = Flag.Text("--fit", preset.Fit, "The split that calibrations are fitted on");
        Option<int> resamples = Flag.Whole("--resamples", preset.Resamples, "Resamples of the intervals", from: 1);
        Option<int> probes = Flag.Whole("--probes", preset.Probes, "Queries whose products are changed and scored again");
        return StageCommand.Create("teacher", "Measure by segment where the teacher errs, and what of it students learnt: audit/teacher.html, audit/teacher.json", [],
            [systems, scores, split, fit, resamples, probes],
            parsed => new AuditTeacherStage(
                parsed.GetValue(systems)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), parsed.GetValue(scores),
                parsed.GetValue(split)!, parsed.GetValue(fit)!, parsed.GetValue(resamples), parsed.GetValue(probes)));
    }
}
