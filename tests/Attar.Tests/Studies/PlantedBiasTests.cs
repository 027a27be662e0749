using Attar.Data.Shop;
using Attar.Studies;
using Attar.Tests.Data;
using Attar.Training;

namespace Attar.Tests.Studies;

public sealed class PlantedBiasTests
{
    /// <summary>The study of benchmarks/planted_bias.cs in small.</summary>
    [Fact]
    public void Planted_biases_reach_the_student_and_mitigation_takes_more_than_half_away()
    {
        using var folder = new Folder();
        var options = new PlantedBiasOptions(
            new ShopOptions(Products: 800, Queries: 800, JudgedTrainQueries: 0, JudgedPerQuery: 40, Prices: true),
            new StudentShape(Layers: 1, Hidden: 32, Heads: 2, Intermediate: 64),
            new TrainingOptions(Epochs: 3, LearningRate: 3e-3f),
            PerQuery: 10, Vocabulary: 1500, Resamples: 200);
        PlantedArm[] arms = [.. PlantedBias.Run(options, folder.Context()).Take(2)];
        (PlantedArm biased, PlantedArm mitigated) = (arms[0], arms[1]);
        Assert.All(biased.Teacher.Values, found => Assert.True(found.Shown && found.Difference is { Low: > .05 }, $"{found}"));
        Assert.All(biased.Student.Keys, dimension =>
        {
            (double before, double after) = (biased.Student[dimension].Difference!.Value.Value, mitigated.Student[dimension].Difference!.Value.Value);
            Assert.True(before > .05 && Math.Abs(after) < before / 2, $"{dimension}: {before:0.000} to {after:0.000}");
        });
        Assert.True(mitigated.Ndcg.Average() > biased.Ndcg.Average(), $"{biased.Ndcg.Average():0.0000} to {mitigated.Ndcg.Average():0.0000}");
    }
}
