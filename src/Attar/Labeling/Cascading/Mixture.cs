using System.Globalization;
using Attar.Labeling.Teachers;

namespace Attar.Labeling.Cascading;

/// <summary>Several teachers as one: the weighted mean of their scores on the scale of people's gains, and that of their distributions.</summary>
/// <param name="Weights">(teachers), with the sum 1</param>
sealed record Mixture(double[] Weights, GainScale Scale)
{
    /// <param name="said">Of judged pairs.</param>
    /// <param name="gains">(pairs) by people's judgments; none: all teachers count alike, and scores stay as they are.</param>
    public static Mixture Fit(Opinions said, double[] gains, TeacherWeighing weighing)
    {
        var mixture = new Mixture(weighing == TeacherWeighing.Alike ? TeacherWeights.Alike(said.Scores.Length) : TeacherWeights.Of(said.Scores, gains), GainScale.Same);
        return mixture with { Scale = GainScale.Fit([.. gains.Select((_, pair) => mixture.Score(said, pair))], gains) };
    }

    /// <summary>The log-odds of the gain.</summary>
    public double Score(Opinions said, int pair)
    {
        double mean = 0;
        for (int teacher = 0; teacher < Weights.Length; teacher++)
            if (Weights[teacher] > 0) mean += Weights[teacher] * said.Scores[teacher][pair];
        return Scale.Of(mean);
    }

    /// <param name="distribution">(grades)</param>
    public void Write(Opinions said, int pair, Span<double> distribution)
    {
        distribution.Clear();
        for (int teacher = 0; teacher < Weights.Length; teacher++)
            for (int grade = 0; grade < distribution.Length; grade++) distribution[grade] += Weights[teacher] * said.Distributions[teacher][pair * distribution.Length + grade];
    }

    /// <summary>Such as <c>0.12 + 1.04 (0.35 minilm + 0.65 student)</c>.</summary>
    public string Formula(IEnumerable<string> names) =>
        string.Create(CultureInfo.InvariantCulture, $"{Scale.Offset} + {Scale.Slope} ({string.Join(" + ", Weights.Zip(names, (weight, name) => string.Create(CultureInfo.InvariantCulture, $"{weight:0.##} {name}")))})");
}
