using System.CommandLine;
using Attar.Augmentation;

namespace Attar.Cli.Commands;

/// <summary><c>attar generate</c>: unlabelled pairs for the teacher.</summary>
static class GenerateCommand
{
    public static Command Create()
    {
        var preset = new GenerateStage();
        Option<int> perQuery = Flag.Whole("--per-query", preset.PerQuery, "Products for each query", from: 1);
        Option<double> top = Flag.Number("--top-share", preset.TopShare, "Share from the best BM25 results");
        Option<double> middle = Flag.Number("--middle-share", preset.MiddleShare, "Share from BM25 results down to rank 100");
        Option<double> deep = Flag.Number("--deep-share", preset.DeepShare, "Share from BM25 results down to rank 1,000");
        Option<double> category = Flag.Number("--category-share", preset.CategoryShare, "Share from the best result's category");
        Option<double> random = Flag.Number("--random-share", preset.RandomShare, "Share from anywhere; the five shares add up to 1");
        Option<int> newQueries = Flag.Whole("--new-queries", preset.NewQueries, "Queries to make from the catalogue");
        return StageCommand.Create("generate", "Choose products for each train query for the teacher to score: pairs/", [], [perQuery, top, middle, deep, category, random, newQueries],
            parsed => new GenerateStage(parsed.GetValue(perQuery), parsed.GetValue(top), parsed.GetValue(middle), parsed.GetValue(deep),
                parsed.GetValue(category), parsed.GetValue(random), parsed.GetValue(newQueries)));
    }
}
